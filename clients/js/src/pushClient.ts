import { Backoff } from './backoff.js';
import { Inbox } from './inbox.js';
import { MemoryPositionStore } from './memoryPositionStore.js';
import type { Incoming } from './messages.js';
import { currentNetwork, type Network } from './network.js';
import type { Position, PositionStore } from './position.js';
import type { PushClientOptions } from './pushClientOptions.js';
import { isFinal, isWatchRefusal, pushCodeOf } from './pushCode.js';
import type { PushEvents, PushStatus } from './pushEvents.js';
import type { Connection, ConnectionFactory } from './signalRConnections.js';
import { TypedEvents } from './typedEvents.js';

/**
 * Receives one user's messages in order, each once, over however many connections that takes: connects, resumes, confirms, drops repetitions, reconnects.
 *
 * At most one connection counts, the one in `#connection`; whatever an older one still says is not heard. That is why every step after an `await`, and every
 * callback of a connection, first asks whether it still is the one.
 */
export class PushClient {
  readonly #connect: ConnectionFactory;
  readonly #store: PositionStore;
  readonly #renewToken: () => Promise<unknown>;
  readonly #network: Network;
  readonly #connectTimeoutMs: number;
  readonly #stableMs: number;
  readonly #inbox: Inbox;
  readonly #backoff: Backoff;
  readonly #events = new TypedEvents<PushEvents>();
  readonly #watched = new Set<string>();

  #connection: Connection | null = null;
  #resumed: Connection | null = null;
  #status: PushStatus = 'closed';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onlineAt = 0;
  #leaveNetwork: (() => void) | null = null;

  constructor(options: PushClientOptions) {
    this.#connect = options.connect;
    this.#store = options.store ?? new MemoryPositionStore();
    this.#renewToken = options.renewToken ?? (() => Promise.resolve());
    this.#network = options.network ?? currentNetwork();
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 15_000;
    this.#stableMs = options.stableMs ?? 10_000;
    this.#inbox = new Inbox(this.#store.load(), options.rememberedIds ?? 1_024);
    this.#backoff = new Backoff(options.minBackoffMs ?? 200, options.maxBackoffMs ?? 10_000, options.random ?? Math.random);
  }

  get status(): PushStatus {
    return this.#status;
  }

  /** True while the network is known to be away: nothing is tried until it is back. */
  get offline(): boolean {
    return this.#status === 'offline';
  }

  /** Where the client is: up to here everything was told. */
  get position(): Position {
    return this.#inbox.position;
  }

  /** Hears of one kind of event. Listen before `start`: nothing is kept for later. Returns what ends it. */
  on<Name extends keyof PushEvents>(name: Name, listener: (detail: PushEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /** Begins, and goes on until `stop` or until the server ends it for good (event `closed`). Does nothing when it has begun. */
  start(): void {
    if (this.#leaveNetwork) return;
    this.#leaveNetwork = this.#network.subscribe(() => this.#onNetwork());
    this.#backoff.reset();
    this.#setStatus('connecting');
    void this.#attempt();
  }

  /** Ends for now; resolves when the connection is closed. */
  async stop(): Promise<void> {
    await this.#end()?.stop().catch(() => {});
  }

  /** Messages of the whole sale from now on, also after reconnects; the latest of each type comes at once. */
  watch(saleId: string): void {
    if (this.#watched.has(saleId)) return;
    this.#watched.add(saleId);
    const connection = this.#resumed;
    if (connection) this.#sendWatch(connection, saleId).catch((error) => this.#lost(connection, error));
  }

  unwatch(saleId: string): void {
    // A call that fails goes down with its connection, and the next one does not watch.
    if (this.#watched.delete(saleId)) this.#resumed?.invoke('Unwatch', saleId).catch(() => {});
  }

  async #attempt(): Promise<void> {
    if (!this.#network.online) return this.#setStatus('offline');
    const connection = this.#connect();
    this.#connection = connection;
    connection.on('Receive', (envelopes: readonly Incoming[]) => this.#receive(connection, envelopes));
    connection.onclose((error) => this.#lost(connection, error));
    this.#timer = setTimeout(() => this.#lost(connection, new Error('No answer in time.')), this.#connectTimeoutMs);
    try {
      await connection.start();
      // The answer itself is not needed: it came before the messages as push.position, in order with them.
      const { epoch, seq } = this.#inbox.position;
      await connection.invoke('Resume', epoch, seq);
      if (connection !== this.#connection) return;
      // From here on watches are sent at once; in the same breath those from before, so that none falls between.
      this.#resumed = connection;
      await Promise.all([...this.#watched].map((saleId) => this.#sendWatch(connection, saleId)));
    } catch (error) {
      return this.#lost(connection, error);
    }

    if (connection !== this.#connection) return;
    clearTimeout(this.#timer);
    this.#onlineAt = Date.now();
    this.#setStatus('online');
  }

  /** A sale that is refused by name is forgotten, lest each reconnect fail by it; any other fault is the connection's. */
  async #sendWatch(connection: Connection, saleId: string): Promise<void> {
    try {
      await connection.invoke('Watch', saleId);
    } catch (error) {
      const code = pushCodeOf(error);
      if (connection !== this.#connection || !isWatchRefusal(code)) throw error;
      this.#watched.delete(saleId);
      this.#events.emit('refused', { saleId, code });
    }
  }

  #receive(connection: Connection, envelopes: readonly Incoming[]): void {
    if (connection !== this.#connection) return;
    const before = this.#inbox.position;
    const taken = this.#inbox.take(envelopes, {
      message: (message) => {
        this.#events.emit(message.type, message);
        this.#events.emit('message', message);
      },
      gap: (gap) => this.#events.emit('gap', gap),
    });
    // Told first, kept and confirmed after: whoever dies in between is told again.
    if (this.#inbox.position !== before) this.#store.save(this.#inbox.position, this.#inbox.anew);
    if (taken > 0) connection.send('Ack', taken).catch(() => {});
  }

  #lost(connection: Connection, error: unknown): void {
    if (connection !== this.#connection) return;
    this.#drop();
    // Not waited for: over a dead network it may take its time.
    void connection.stop().catch(() => {});
    const code = pushCodeOf(error);
    if (isFinal(code)) {
      this.#end();
      this.#events.emit('closed', code);
      return;
    }

    if (code === 'push.token-expired') void this.#renewToken().catch(() => {});
    if (this.#status === 'online') {
      if (Date.now() - this.#onlineAt > this.#stableMs) this.#backoff.reset();
    } else if (this.#backoff.attempts % 3 === 1) {
      // Refused twice, five times, …: the token may have expired, and a new one costs little.
      void this.#renewToken().catch(() => {});
    }
    this.#retryLater();
  }

  #retryLater(): void {
    if (!this.#network.online) return this.#setStatus('offline');
    this.#setStatus('reconnecting');
    this.#timer = setTimeout(() => void this.#attempt(), this.#backoff.next());
  }

  #onNetwork(): void {
    if (!this.#network.online) {
      // A socket survives the loss of its network for minutes without a word: say it now, and resume when the network is back.
      void this.#drop()?.stop().catch(() => {});
      this.#setStatus('offline');
    } else if (!this.#connection) {
      // Back, or looked at again: do not sit out a long pause.
      clearTimeout(this.#timer);
      this.#backoff.reset();
      void this.#attempt();
    }
  }

  /** Nothing more is heard of the connection, and nothing is waiting to be tried. */
  #drop(): Connection | null {
    clearTimeout(this.#timer);
    const connection = this.#connection;
    this.#connection = this.#resumed = null;
    return connection;
  }

  /** Puts everything away; returns the connection that is to be closed. */
  #end(): Connection | null {
    this.#leaveNetwork?.();
    this.#leaveNetwork = null;
    const connection = this.#drop();
    this.#setStatus('closed');
    return connection;
  }

  #setStatus(status: PushStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#events.emit('status', status);
  }
}
