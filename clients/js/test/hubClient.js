// One client against a real hub, steered by the test that started it: told by its environment where to connect, it writes each event as a line of JSON, and ends with its input.
import * as signalR from '@microsoft/signalr';
import { PushClient, signalRConnections } from '@seckill/push';

const { HUB_URL, ACCESS_TOKEN, TRANSPORT, SALE_ID, DEVICE } = process.env;
const client = new PushClient({
  connect: signalRConnections(signalR, { hubUrl: HUB_URL, accessToken: async () => ACCESS_TOKEN, transport: TRANSPORT, deviceId: DEVICE }),
  maxBackoffMs: 500,
});
const say = (event, detail) => process.stdout.write(`${JSON.stringify({ event, detail })}\n`);
for (const event of ['status', 'gap', 'refused', 'closed']) client.on(event, (detail) => say(event, detail));
client.on('message', ({ seq, ahead, id, type }) => {
  say(seq > 0 || ahead > 0 ? 'message' : type, id);
  if (ahead > 0) say('ahead', id);
});
client.watch(SALE_ID);
client.start();
process.stdin.resume();
process.stdin.on('end', async () => {
  await client.stop();
  process.exit();
});
