/** Payloads by type, as in the table of docs/push-protocol.md. Ids are numbers too long for a double, hence strings. */
export interface Payloads {
  'order.created': Order<'pending-payment'> & { readonly price: number; readonly payBy: string };
  'order.paid': Order<'paid'> & { readonly price: number };
  'order.cancelled': Order<'cancelled'> & { readonly price: number; readonly reason: string };
  'order.refunded': Order<'refunded'> & { readonly price: number; readonly reason: string };
  'order.failed': Order<'failed'> & { readonly reason: string };
  'sale.stock': { readonly saleId: string; readonly items: readonly { readonly skuId: string; readonly left: number }[]; readonly state: SaleState; readonly serverTime: string };
  'units.returned': { readonly saleId: string; readonly items: readonly { readonly skuId: string; readonly units: number; readonly left: number }[]; readonly serverTime: string };
  'sale.state': { readonly saleId: string; readonly state: SaleState };
  'notice': { readonly severity: 'info' | 'warning'; readonly title: string; readonly text?: string; readonly link?: string };
  'chat.message': {
    readonly type: string; readonly timestamp: string; readonly senderId: string; readonly receiverId: string; readonly content: string;
    readonly metadata: { readonly priority: 'normal' | 'high'; readonly ttl: number };
  };
  'room.progress': { readonly saleId: string; readonly head: number; readonly waiting: number; readonly admitPerSecond: number; readonly serverTime: string };
}

interface Order<Status extends string> {
  readonly orderId: string;
  readonly saleId: string;
  readonly skuId: string;
  readonly status: Status;
}

export type SaleState = 'scheduled' | 'open' | 'paused' | 'closed';

export type MessageType = keyof Payloads;

/** One message of a known type: `switch (message.type)` tells its payload. */
export type Message = { [Type in MessageType]: Envelope<Type, Payloads[Type]> }[MessageType];

export type MessageOf<Type extends MessageType> = Extract<Message, { readonly type: Type }>;

/** Where the mailbox stands: sent first after a resume, and whenever the mailbox changes under a live connection. */
export interface PositionAnswer {
  readonly epoch: string;
  readonly headSeq: number;
  /** What follows begins after this: the position of the resume, or what the device had confirmed. Absent: 0. */
  readonly afterSeq?: number;
  readonly recovered: boolean;
  readonly epochChanged: boolean;
  readonly truncated: boolean;
}

/** What the server's `Receive` brings. A type that is not listed here comes from a newer server: it has its place in the mailbox, and is not shown. */
export type Incoming = Message | Envelope<'push.position', PositionAnswer> | Envelope<'', unknown>;

interface Envelope<Type, Payload> {
  /** Same id, same message, whatever its `seq`. */
  readonly id: string;
  /** Place in the mailbox, 1 and up; 0 for what is stored nowhere, and for copies that are sent ahead of their turn. */
  readonly seq: number;
  readonly type: Type;
  /** When it was sent, ISO 8601. */
  readonly at: string;
  /** Seconds that it is worth showing. */
  readonly ttl: number;
  readonly priority: 'normal' | 'high';
  /** Only on a copy that overtakes a long backlog: the number under which the same message, with the same id, comes again in its turn. */
  readonly ahead?: number;
  readonly payload: Payload;
}

const KNOWN: Readonly<Record<MessageType, true>> = {
  'order.created': true,
  'order.paid': true,
  'order.cancelled': true,
  'order.refunded': true,
  'order.failed': true,
  'sale.stock': true,
  'units.returned': true,
  'sale.state': true,
  'room.progress': true,
  'notice': true,
  'chat.message': true,
};

/** Whether this client knows what to say about it. */
export function isMessage(envelope: Incoming): envelope is Message {
  return Object.hasOwn(KNOWN, envelope.type);
}
