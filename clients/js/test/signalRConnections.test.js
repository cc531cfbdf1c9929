import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signalRConnections } from '@seckill/push';

/** Records what the builder is told. */
function fakeModule(built) {
  class HubConnectionBuilder {
    withUrl(url, options) {
      Object.assign(built, { url, options });
      return this;
    }

    configureLogging() {
      return this;
    }

    build() {
      return {};
    }
  }
  return { HubConnectionBuilder, HttpTransportType: { WebSockets: 1, ServerSentEvents: 2, LongPolling: 4 }, LogLevel: { None: 6 } };
}

test('a WebSocket is opened without negotiation, the others negotiate', () => {
  for (const [transport, number, skipNegotiation] of [[undefined, 1, true], ['webSockets', 1, true], ['serverSentEvents', 2, false], ['longPolling', 4, false]]) {
    const built = {};
    signalRConnections(fakeModule(built), { hubUrl: '/hub', accessToken: async () => 'x', ...(transport && { transport }) })();
    assert.equal(built.options.transport, number);
    assert.equal(built.options.skipNegotiation, skipNegotiation);
  }
});

test('the token is asked for at each attempt; none is an empty one', async () => {
  const built = {};
  const tokens = ['first', null];
  const connect = signalRConnections(fakeModule(built), { hubUrl: '/hub', accessToken: async () => tokens.shift() });
  connect();
  assert.equal(await built.options.accessTokenFactory(), 'first');
  connect();
  assert.equal(await built.options.accessTokenFactory(), '');
});

test('a device goes into the query', () => {
  const built = {};
  const urlOf = (hubUrl, deviceId) => {
    signalRConnections(fakeModule(built), { hubUrl, accessToken: async () => '', deviceId })();
    return built.url;
  };
  assert.equal(urlOf('/hub'), '/hub');
  assert.equal(urlOf('/hub', 'phone-7f3a'), '/hub?device=phone-7f3a');
  assert.equal(urlOf('/hub?x=1', 'a+b'), '/hub?x=1&device=a%2Bb');
});
