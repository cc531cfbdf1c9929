import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { MemoryPositionStore, PushClient } from '@seckill/push';
import { ahead, envelope, position } from './envelopes.js';
import { FakeConnection } from './fakeConnection.js';

const refuse = (text) => () => { throw new Error(`An unexpected error occurred invoking it on the server. HubException: ${text}`); };

/** Lets everything run that waits for no timer. */
const settle = () => new Promise((resolve) => { setImmediate(resolve); });

/** A client with fake connections; each attempt takes the next answers, the last ones for good. Pauses are 100, 200, 400, 800 ms. */
function build(answers = [{}], options = {}) {
  const connections = [];
  const told = [];
  const client = new PushClient({
    connect: () => connections[connections.push(new FakeConnection(answers[Math.min(connections.length, answers.length - 1)])) - 1],
    minBackoffMs: 100,
    maxBackoffMs: 800,
    random: () => 1,
    ...options,
  });
  for (const name of ['message', 'gap', 'status', 'refused', 'closed']) {
    client.on(name, (detail) => told.push(name === 'message' ? detail.id : name === 'status' ? detail : { [name]: detail }));
  }
  return { client, connections, told, get last() { return connections.at(-1); } };
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

async function online(...how) {
  const built = build(...how);
  built.client.start();
  await settle();
  return built;
}

function fakeNetwork() {
  const listeners = new Set();
  return {
    online: true,
    listeners,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    set(value) {
      this.online = value;
      for (const changed of listeners) changed();
    },
  };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
});

test('resumes from the stored position, tells once, stores, and confirms once per frame', async () => {
  const store = new MemoryPositionStore({ epoch: 'e1', seq: 4 });
  const { client, last, told } = await online([{}], { store });
  assert.deepEqual(last.of('Resume'), [['e1', 4]]);
  last.receive(position('e1'), envelope(5, 'a'), envelope(6, 'b'));
  last.receive(envelope(6, 'b'));
  assert.deepEqual(told, ['connecting', 'online', 'a', 'b']);
  assert.deepEqual(store.load(), { epoch: 'e1', seq: 6 });
  assert.deepEqual(last.of('Ack'), [[6], [6]]);
  assert.equal(client.status, 'online');
});

test('each type is heard by its own name, until the listener is taken away', async () => {
  const { client, last } = await online();
  const heard = [];
  const end = client.on('order.created', ({ id }) => heard.push(id));
  client.on('order.paid', () => assert.fail('not sent'));
  last.receive(position('e1'), envelope(1, 'a'));
  end();
  last.receive(envelope(2, 'b'));
  assert.deepEqual(heard, ['a']);
});

test('after a cut it pauses, doubles the pause while that fails, resumes after what was told, and watches again', async () => {
  const away = { start: () => { throw new Error('refused'); } };
  const { client, connections } = await online([{}, away, away, {}]);
  client.watch('7');
  connections[0].receive(position('e1'), envelope(1));
  connections[0].close();
  assert.equal(client.status, 'reconnecting');
  await pass(99);
  assert.equal(connections.length, 1);
  await pass(1);
  assert.equal(connections.length, 2);
  await pass(200);
  assert.equal(connections.length, 3);
  await pass(400);
  assert.equal(client.status, 'online');
  assert.deepEqual(connections[3].calls, [['start'], ['Resume', 'e1', 1], ['Watch', '7']]);
});

test('short-lived connections lengthen the pause, one that lived long shortens it again', async () => {
  const built = await online([{}], { stableMs: 1_000 });
  for (const pause of [100, 200, 400]) {
    built.last.close('push.slow-consumer: reconnect and resume');
    const before = built.connections.length;
    await pass(pause - 1);
    assert.equal(built.connections.length, before);
    await pass(1);
    assert.equal(built.connections.length, before + 1);
  }
  await pass(1_001);
  built.last.close();
  const before = built.connections.length;
  await pass(100);
  assert.equal(built.connections.length, before + 1);
});

test('a connection that is lost is not heard any more', async () => {
  const { connections, told } = await online();
  connections[0].close();
  connections[0].receive(position('e1'), envelope(1, 'late'));
  connections[0].close();
  await pass(100);
  assert.equal(connections.length, 2);
  assert.ok(!told.includes('late'));
});

test('a revoked token ends it for good, and it can be started anew', async () => {
  const network = fakeNetwork();
  const { client, connections, told } = await online([{}], { network });
  connections[0].close('push.token-revoked: log in anew');
  await pass(60_000);
  network.set(true);
  assert.deepEqual(told, ['connecting', 'online', 'closed', { closed: 'push.token-revoked' }]);
  assert.equal(connections.length, 1);
  assert.equal(network.listeners.size, 0);
  client.start();
  await settle();
  assert.equal(client.status, 'online');
});

test('a token revoked before the resume ends it too', async () => {
  const { client, connections } = await online([{ Resume: refuse('push.token-revoked: log in anew') }]);
  await pass(60_000);
  assert.equal(client.status, 'closed');
  assert.equal(connections.length, 1);
});

test('what the server would refuse again ends it too', async () => {
  const { client, told } = await online([{ Resume: refuse('push.bad-argument: Resume takes an epoch and a sequence number.') }]);
  assert.equal(client.status, 'closed');
  assert.deepEqual(told.at(-1), { closed: 'push.bad-argument' });
});

test('a mailbox that cannot be read is asked for again', async () => {
  const { client, connections } = await online([{ Resume: refuse('push.unavailable: resume again') }, {}]);
  assert.equal(client.status, 'reconnecting');
  assert.ok(connections[0].stopped);
  await pass(100);
  assert.equal(client.status, 'online');
});

test('an attempt without an answer is given up in time', async () => {
  const { client, connections } = await online([{ start: () => new Promise(() => {}) }, { Resume: () => new Promise(() => {}) }, {}], { connectTimeoutMs: 5_000 });
  await pass(5_000);
  assert.ok(connections[0].stopped);
  await pass(100);
  await pass(5_000);
  await pass(200);
  assert.equal(client.status, 'online');
});

test('a new token is asked for after some refusals in a row, not at the first', async () => {
  let renewed = 0;
  const built = await online([{ start: () => { throw new Error('401'); } }], { renewToken: async () => { renewed += 1; } });
  assert.equal(renewed, 0);
  await pass(100);
  assert.equal(renewed, 1);
  for (let i = 0; i < 3; i += 1) await pass(800);
  assert.equal(built.connections.length, 5);
  assert.equal(renewed, 2);
});

test('told that the token has expired: a new one is asked for at once, and the client comes back', async () => {
  let renewed = 0;
  const { client, connections } = await online([{}, {}], { renewToken: async () => { renewed += 1; } });
  connections[0].close('push.token-expired: connect with a new token and resume');
  assert.equal(renewed, 1);
  await pass(100);
  assert.equal(connections.length, 2);
  assert.equal(client.status, 'online');
});

test('a renewal that fails changes nothing', async () => {
  const away = { start: () => { throw new Error('refused'); } };
  const { client } = await online([away, away, {}], { renewToken: () => Promise.reject(new Error('nobody there')) });
  await pass(100);
  await pass(200);
  assert.equal(client.status, 'online');
});

test('offline: said at once, nothing tried; back: connected at once, whatever the pause had been', async () => {
  const network = fakeNetwork();
  const away = { start: () => { throw new Error('refused'); } };
  const { client, connections, told } = await online([{}, away, away, {}], { network });
  connections[0].close();
  await pass(100);
  await pass(200);
  assert.equal(connections.length, 3);
  network.set(false);
  assert.ok(client.offline);
  await pass(60_000);
  assert.equal(connections.length, 3);
  network.set(true);
  await settle();
  assert.ok(!client.offline);
  assert.equal(connections.length, 4);
  assert.deepEqual(told, ['connecting', 'online', 'reconnecting', 'offline', 'online']);
});

test('offline while connected: the silent connection is dropped and not heard', async () => {
  const network = fakeNetwork();
  const { client, connections, told } = await online([{}], { network });
  network.set(false);
  assert.ok(connections[0].stopped);
  connections[0].receive(position('e1'), envelope(1, 'ghost'));
  connections[0].close();
  assert.equal(client.status, 'offline');
  assert.ok(!told.includes('ghost'));
});

test('started offline, it waits for the network', async () => {
  const network = fakeNetwork();
  network.online = false;
  const { client, connections } = await online([{}], { network });
  assert.ok(client.offline);
  assert.equal(connections.length, 0);
  network.set(true);
  await settle();
  assert.equal(client.status, 'online');
});

test('a look at the page while connected changes nothing', async () => {
  const network = fakeNetwork();
  const { connections } = await online([{}], { network });
  network.set(true);
  await settle();
  assert.equal(connections.length, 1);
});

test('watches before, during and after connecting are all sent, each once', async () => {
  const built = build([{ Watch: (saleId) => { if (saleId === 'early') built.client.watch('during'); } }]);
  built.client.watch('early');
  built.client.start();
  await settle();
  built.client.watch('late');
  built.client.watch('late');
  assert.deepEqual(built.last.of('Watch'), [['early'], ['during'], ['late']]);
  built.client.unwatch('early');
  built.client.unwatch('never');
  built.last.close();
  await pass(100);
  assert.deepEqual(built.connections[0].of('Unwatch'), [['early']]);
  assert.deepEqual(built.last.of('Watch'), [['during'], ['late']]);
});

test('a sale that cannot be watched is told and forgotten; it does not keep the client from connecting', async () => {
  const built = await online([{ Watch: (saleId) => { if (saleId === 'x') refuse('push.bad-argument: A sale id is a positive number, as a string.')(); } }]);
  built.client.watch('x');
  built.client.watch('7');
  await settle();
  assert.deepEqual(built.told.at(-1), { refused: { saleId: 'x', code: 'push.bad-argument' } });
  built.last.close();
  await pass(100);
  assert.equal(built.client.status, 'online');
  assert.deepEqual(built.last.of('Watch'), [['7']]);
});

test('a watch that is refused for now is tried again on a new connection', async () => {
  const { client, connections } = await online([{ Watch: refuse('push.too-many-calls: Slow down.') }, {}]);
  client.watch('7');
  await settle();
  assert.equal(client.status, 'reconnecting');
  await pass(100);
  assert.deepEqual(connections[1].of('Watch'), [['7']]);
});

test('after a new epoch the next resume names it, and what was shown is not shown again', async () => {
  const { connections, told } = await online();
  connections[0].receive(position('e1'), envelope(1, 'a'));
  connections[0].close();
  await pass(100);
  connections[1].receive(position('e2', { recovered: false, epochChanged: true }), envelope(1, 'a'), envelope(2, 'b'));
  assert.deepEqual(told.filter((each) => typeof each === 'object'), [{ gap: { epochChanged: true, truncated: false } }]);
  assert.deepEqual(told.slice(-1), ['b']);
  connections[1].close();
  await pass(200);
  assert.deepEqual(connections[2].of('Resume'), [['e2', 2]]);
});

test('a long resume: the copy sent ahead is shown at once, its turn is confirmed and not shown', async () => {
  const { last, told, client } = await online();
  last.receive(position('e1'), ahead('order', 2));
  last.receive(envelope(1, 'a'));
  last.receive(envelope(2, 'order'));
  assert.deepEqual(told.slice(2), ['order', 'a']);
  assert.deepEqual(last.of('Ack'), [[1], [2]]);
  assert.deepEqual(client.position, { epoch: 'e1', seq: 2 });
});

test('stopped, it stays down', async () => {
  const { client, connections } = await online();
  await client.stop();
  assert.ok(connections[0].stopped);
  await pass(60_000);
  assert.equal(client.status, 'closed');
  assert.equal(connections.length, 1);
});

test('stopped while it pauses, or while it connects, it stays down', async () => {
  const pausing = await online();
  pausing.last.close();
  await pausing.client.stop();
  let answer;
  const connecting = await online([{ start: () => new Promise((resolve) => { answer = resolve; }) }]);
  await connecting.client.stop();
  answer();
  await pass(60_000);
  assert.deepEqual([pausing.connections.length, connecting.connections.length], [1, 1]);
  assert.deepEqual([pausing.client.status, connecting.client.status], ['closed', 'closed']);
});

test('started twice, it connects once', async () => {
  const { client, connections } = await online();
  client.start();
  await settle();
  assert.equal(connections.length, 1);
});
