// Makes one call and one stream with the official TypeScript SDK, which finds address and key in its environment.
import Anthropic from '@anthropic-ai/sdk';

const [model, text] = process.argv.slice(2);
const ask = { model, max_tokens: 256, messages: [{ role: 'user', content: text }] };
const client = new Anthropic();
const message = await client.messages.create(ask);
const streamed = await client.messages.stream(ask).finalMessage();
console.log(JSON.stringify({ message: message.content[0].text, streamed: streamed.content[0].text }));
