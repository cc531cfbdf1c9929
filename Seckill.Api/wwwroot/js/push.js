import { backoffMs } from './backoff.js';
import { PushPosition } from './pushPosition.js';

/** SignalR's script is the one global of these pages. */
const { HubConnectionBuilder, HttpTransportType, LogLevel } = globalThis.signalR;

/** The hub sends keep-alives well within this; silence beyond it is a dead connection, whatever the socket says. */
const SERVER_TIMEOUT_MS = 30_000;

/** A connection that lived this long was a good one: the next loss starts again with a short wait. */
const STABLE_MS = 10_000;

/**
 * The push connection of one user: WebSockets without negotiation, so that any hub node behind any balancer will do; resumed by sequence
 * after every loss; duplicates dropped; what was taken is acknowledged.
 *
 * Events: `status` (detail: connecting | online | reconnecting | offline), `message` (detail: envelope),
 * `gap` (messages may have been missed for good: read the state again).
 */
export class PushConnection extends EventTarget {
  #hubUrl;
  #session;
  #position;
  #connection = null;
  #watched = null;
  #status = 'connecting';
  #attempt = 0;
  #onlineAt = 0;
  #retryTimer = null;
  #stopped = true;

  constructor(hubUrl, session) {
    super();
    this.#hubUrl = hubUrl;
    this.#session = session;
  }

  get status() {
    return this.#status;
  }

  start() {
    this.#stopped = false;
    this.#position = new PushPosition(this.#session.userId);
    globalThis.addEventListener('online', this.#hurry);
    globalThis.addEventListener('offline', this.#onOffline);
    document.addEventListener('visibilitychange', this.#hurry);
    void this.#connect();
  }

  async stop() {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    globalThis.removeEventListener('online', this.#hurry);
    globalThis.removeEventListener('offline', this.#onOffline);
    document.removeEventListener('visibilitychange', this.#hurry);
    await this.#drop();
  }

  /** Sale-wide messages (stock hints, state) of this sale from now on, also after reconnects. */
  watch(saleId) {
    this.#watched = saleId;
    if (this.#status === 'online') void this.#invoke('Watch', saleId);
  }

  async #connect() {
    clearTimeout(this.#retryTimer);
    if (this.#stopped || this.#connection) return;
    if (!navigator.onLine) {
      this.#setStatus('offline');
      return;
    }
    const connection = this.#build();
    this.#connection = connection;
    try {
      await connection.start();
      await this.#resume(connection);
      if (this.#watched) await connection.invoke('Watch', this.#watched);
      if (connection !== this.#connection) return;
      this.#onlineAt = performance.now();
      this.#setStatus('online');
    } catch {
      // A refused or cut start. The close handler ran only if the socket had been open, so tidy up here.
      if (connection !== this.#connection) return;
      await this.#drop();
      await this.#renewTokenAfterRefusals();
      this.#retryLater();
    }
  }

  #build() {
    const connection = new HubConnectionBuilder()
      .withUrl(this.#hubUrl, {
        transport: HttpTransportType.WebSockets,
        skipNegotiation: true,
        accessTokenFactory: async () => (await this.#session.token()) ?? '',
      })
      .configureLogging(LogLevel.None)
      .build();
    connection.serverTimeoutInMilliseconds = SERVER_TIMEOUT_MS;
    connection.on('Receive', (envelopes) => this.#receive(connection, envelopes));
    connection.onclose(() => {
      if (connection !== this.#connection) return;
      this.#connection = null;
      if (performance.now() - this.#onlineAt > STABLE_MS) this.#attempt = 0;
      this.#retryLater();
    });
    return connection;
  }

  async #resume(connection) {
    const { epoch, lastSeq } = this.#position;
    // The answer is not used: the hub says the same as a `push.position` message ahead of the backlog, and so in order with it.
    await connection.invoke('Resume', epoch, epoch ? lastSeq : 0);
  }

  #receive(connection, envelopes) {
    let highest = 0;
    for (const envelope of envelopes) {
      // A copy of what comes again in its turn, moments later: these pages need no head start.
      if (envelope.ahead) continue;
      if (envelope.type === 'push.position') {
        this.#reposition(envelope.payload);
        highest = 0;
      } else if (!(envelope.seq > 0)) {
        // Sale-wide messages have no place in the mailbox and no sequence.
        this.dispatchEvent(new CustomEvent('message', { detail: envelope }));
      } else {
        highest = Math.max(highest, envelope.seq);
        this.#take(envelope);
      }
    }
    // Duplicates are acknowledged too: the node that sent them again has not heard the first time.
    if (highest > 0) connection.send('Ack', highest).catch(() => {});
  }

  #take(envelope) {
    if (envelope.seq <= this.#position.lastSeq) return;
    this.dispatchEvent(new CustomEvent('message', { detail: envelope }));
    this.#position.advance(envelope.seq);
  }

  /** Where the mailbox stands from here on; sent first after a resume, and whenever the mailbox changed under the connection. */
  #reposition({ epoch, recovered }) {
    if (epoch !== this.#position.epoch) this.#position.startEpoch(epoch);
    if (!recovered) this.dispatchEvent(new Event('gap'));
  }

  /** A WebSocket tells no status code: after a few refusals the token may have expired, and a new one costs little. */
  async #renewTokenAfterRefusals() {
    if (this.#attempt % 3 !== 1) return;
    await this.#session.renew().catch(() => {});
  }

  #retryLater() {
    // Another attempt may have begun while the last one was being put away.
    if (this.#stopped || this.#connection) return;
    if (!navigator.onLine) {
      this.#setStatus('offline');
      return;
    }
    this.#setStatus('reconnecting');
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#connect(), backoffMs(this.#attempt));
    this.#attempt += 1;
  }

  /** The network is back, or the buyer looks at the page again: do not sit out a long wait. */
  #hurry = () => {
    if (document.visibilityState === 'visible' && !this.#connection) {
      this.#attempt = 0;
      void this.#connect();
    }
  };

  /** A socket survives the loss of its network for minutes without a word; say it now, and resume when the network is back. */
  #onOffline = () => {
    void this.#drop();
    clearTimeout(this.#retryTimer);
    this.#setStatus('offline');
  };

  async #drop() {
    const connection = this.#connection;
    this.#connection = null;
    await connection?.stop().catch(() => {});
  }

  async #invoke(method, ...values) {
    await this.#connection?.invoke(method, ...values).catch(() => {});
  }

  #setStatus(status) {
    if (status === this.#status) return;
    this.#status = status;
    this.dispatchEvent(new CustomEvent('status', { detail: status }));
  }
}
