// Compiled by types.test.js, never run: how docs/clients.md says that the package is used, and what its types must forbid.
import * as signalR from '@microsoft/signalr';
import { LocalPositionStore, PushClient, signalRConnections, type Message } from '@seckill/push';

export function listen(token: string, userId: string, saleId: string, show: (...values: (string | number)[]) => void, again: () => void): PushClient {
  const push = new PushClient({
    connect: signalRConnections(signalR, { hubUrl: '/hubs/push', accessToken: async () => token }),
    store: new LocalPositionStore(`seckill.push.${userId}`),
  });
  push.on('order.created', ({ payload }) => show(payload.orderId, payload.payBy));
  push.on('sale.stock', ({ payload }) => payload.items.forEach(({ skuId, left }) => show(skuId, left)));
  push.on('gap', again);
  push.on('status', (status) => show(status === 'offline' ? 1 : 0));
  push.on('closed', (code) => code === 'push.token-revoked' && again());
  push.start();
  push.watch(saleId);
  // @ts-expect-error What is paid has no deadline.
  push.on('order.paid', ({ payload }) => payload.payBy);
  // @ts-expect-error No such event.
  push.on('order.teleported', again);
  return push;
}

export function tell(message: Message): string {
  switch (message.type) {
    case 'order.created': return message.payload.payBy;
    case 'order.failed': return message.payload.reason;
    case 'room.progress': return String(message.payload.head);
    case 'notice': return message.payload.title;
    case 'chat.message': return message.payload.content;
    // @ts-expect-error No such type.
    case 'order.teleported': return '';
    default: return message.payload.saleId;
  }
}
