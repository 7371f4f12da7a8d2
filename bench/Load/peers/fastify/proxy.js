// node proxy.js PORT UPSTREAM: what the proxy before Latchkey did, with the plug-ins that one takes for it today: a wrapper token for each device,
// an allow-list, a limit in memory, the master key put in, usage read from answers and streams, a JSON line for each request.
import { Transform } from 'node:stream'
import Fastify from 'fastify'
import jwt from '@fastify/jwt'
import rateLimit from '@fastify/rate-limit'
import replyFrom from '@fastify/reply-from'

const [port, upstream] = process.argv.slice(2)
const allowed = ['claude-opus-5-5', 'claude-sonnet-5']
const usage = new Map()

const app = Fastify({ logger: { level: 'info' }, bodyLimit: 32 * 1024 * 1024 })
await app.register(jwt, { secret: 'load-bench-0123456789-0123456789-0123456789' })
await app.register(rateLimit, { max: 1_000_000_000, timeWindow: 60_000, hook: 'preHandler', keyGenerator: request => request.user?.device_id ?? request.ip })
await app.register(replyFrom, { base: upstream, undici: { connections: 16_384, pipelining: 1 } })

app.post('/bootstrap', async request => ({ wrapper_token: app.jwt.sign({ device_id: request.body.device_id, models: allowed }, { expiresIn: '24h' }) }))

const authenticate = async (request, reply) => {
  try {
    await request.jwtVerify()
  } catch {
    reply.code(401).send({ type: 'error', error: { type: 'authentication_error', message: 'invalid token' } })
  }
}

app.post('/v1/messages', { onRequest: authenticate }, (request, reply) => {
  const { device_id: device, models } = request.user
  if (!models.includes(request.body.model)) {
    return reply.code(400).send({ type: 'error', error: { type: 'invalid_request_error', message: 'model not allowed' } })
  }
  return reply.from('/v1/messages', {
    rewriteRequestHeaders: (_, headers) => {
      const { authorization, ...others } = headers
      return { ...others, 'x-api-key': 'sk-ant-load-bench' }
    },
    onResponse: (_, reply, response) => {
      reply.send(response.stream.pipe(request.body.stream ? streamed(device) : whole(device)))
    }
  })
})

function count (device, found) {
  const sum = usage.get(device) ?? { input: 0, output: 0, requests: 0 }
  sum.input += found.input_tokens ?? 0
  sum.output += found.output_tokens ?? 0
  sum.requests++
  usage.set(device, sum)
}

function streamed (device) {
  let rest = ''
  const found = {}
  return new Transform({
    transform (chunk, _, done) {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = lines.pop()
      for (const line of lines) {
        if (line.startsWith('data: ')) {
          const event = JSON.parse(line.slice(6))
          Object.assign(found, event.message?.usage, event.usage)
        }
      }
      done(null, chunk)
    },
    flush (done) {
      count(device, found)
      done()
    }
  })
}

function whole (device) {
  const chunks = []
  return new Transform({
    transform (chunk, _, done) {
      chunks.push(chunk)
      done(null, chunk)
    },
    flush (done) {
      count(device, JSON.parse(Buffer.concat(chunks).toString('utf8')).usage)
      done()
    }
  })
}

await app.listen({ host: '127.0.0.1', port: Number(port) })
