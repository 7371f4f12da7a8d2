// Makes the calls that its one argument lists, with the official TypeScript SDK, and prints what a program that uses it sees.
import Anthropic from '@anthropic-ai/sdk';

const ask = (call) => ({ model: call.model, max_tokens: 256, messages: [{ role: 'user', content: call.text }] });

const kinds = {
  async message(client, call) {
    const message = await client.messages.create(ask(call));
    return { message, requestId: message._request_id };
  },

  async stream(client, call) {
    const events = [];
    const stream = client.messages.stream(ask(call));
    for await (const event of stream) {
      events.push(event.type);
    }
    return { events, message: await stream.finalMessage() };
  },

  async cancelledStream(client, call) {
    let deltas = 0;
    const stream = client.messages.stream(ask(call));
    stream.on('text', () => {
      deltas++;
      stream.abort();
    });
    try {
      await stream.done();
    } catch (error) {
      return { deltas, ...seen(error) };
    }
    return { deltas };
  },

  countTokens: (client, call) => client.messages.countTokens({ model: call.model, messages: ask(call).messages }),

  async models(client) {
    const ids = [];
    for await (const model of client.models.list({ limit: 4 })) {
      ids.push(model.id);
    }
    return { ids };
  },

  model: (client, call) => client.models.retrieve(call.model),
};

// The class counts only if it is one that the SDK exports.
function seen(error) {
  const name = error.constructor.name;
  return {
    error: Anthropic[name] === error.constructor ? name : `not of the SDK: ${error}`,
    status: error.status ?? null,
    type: error.type ?? null,
    message: error.apiMessage ?? error.message,
    requestId: error.requestID ?? null,
  };
}

const results = {};
for (const call of JSON.parse(process.argv[2])) {
  const client = new Anthropic({ baseURL: call.baseUrl, authToken: call.token, maxRetries: call.retries });
  try {
    results[call.name] = await kinds[call.kind](client, call);
  } catch (error) {
    results[call.name] = seen(error);
  }
}
console.log(JSON.stringify(results));
