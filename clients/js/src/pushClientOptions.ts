import type { Network } from './network.js';
import type { PositionStore } from './position.js';
import type { ConnectionFactory } from './signalRConnections.js';

export interface PushClientOptions {
  /** See {@link signalRConnections}. */
  readonly connect: ConnectionFactory;
  /** Where the position is kept. Default: in memory, which starts with everything the mailbox holds. */
  readonly store?: PositionStore;
  /** Makes the next token a new one. Asked after some refused attempts in a row, since a WebSocket tells no reason. Default: none. */
  readonly renewToken?: () => Promise<unknown>;
  /** Default: what the browser says, and always online where there is none. */
  readonly network?: Network;
  /** First pause before reconnecting; doubles up to `maxBackoffMs`. Default 200. */
  readonly minBackoffMs?: number;
  /** Longest pause before reconnecting. Default 10,000. */
  readonly maxBackoffMs?: number;
  /** Time to connect and to resume, after which an attempt is given up. Default 15,000. */
  readonly connectTimeoutMs?: number;
  /** A connection that lived this long was a good one: after it the pauses begin at the first again. Default 10,000. */
  readonly stableMs?: number;
  /** Ids remembered to drop what comes again under another number; above the messages that a mailbox holds (256). Default 1,024. */
  readonly rememberedIds?: number;
  /** Between 0 and 1; of the jitter. Default `Math.random`. */
  readonly random?: () => number;
}
