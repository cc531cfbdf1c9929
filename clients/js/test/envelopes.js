let counter = 0;

/** A message of a mailbox, or of a whole sale with `seq: 0`. */
export function envelope(seq, id = `id-${++counter}`, more = {}) {
  return { seq, id, type: 'order.created', at: '2026-05-01T10:00:00.123Z', ttl: 3600, priority: 'high', payload: { orderId: id, saleId: '1', skuId: 'A', status: 'pending-payment', price: 1, payBy: '' }, ...more };
}

/** A copy that overtakes the backlog, of the message that comes as number `of`. */
export const ahead = (id, of = 1_000) => envelope(0, id, { ahead: of });

export function position(epoch, answer = {}) {
  return envelope(0, 'p', { type: 'push.position', payload: { epoch, headSeq: 0, recovered: true, epochChanged: false, truncated: false, ...answer } });
}
