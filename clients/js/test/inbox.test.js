import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Inbox } from '../dist/inbox.js';
import { ahead, envelope, position } from './envelopes.js';

/** Takes a frame; what was told, in order, and what is to be confirmed. */
function take(inbox, ...envelopes) {
  const told = [];
  const ack = inbox.take(envelopes, { message: (message) => told.push(message.id), gap: (gap) => told.push(gap) });
  return { told, ack };
}

const start = { epoch: '', seq: 0 };

test('the epoch comes first, then messages move the position, and the highest is confirmed once', () => {
  const inbox = new Inbox(start, 10);
  assert.deepEqual(take(inbox, position('e1'), envelope(1, 'a'), envelope(2, 'b')), { told: ['a', 'b'], ack: 2 });
  assert.deepEqual(inbox.position, { epoch: 'e1', seq: 2 });
});

test('what is sent again under its number is not shown again, and is confirmed again', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 0 }, 10);
  take(inbox, envelope(1, 'a'), envelope(2, 'b'));
  assert.deepEqual(take(inbox, envelope(1, 'a'), envelope(2, 'b')), { told: [], ack: 2 });
  assert.deepEqual(take(inbox, envelope(2, 'b'), envelope(3, 'c')), { told: ['c'], ack: 3 });
});

test('numbers up to the stored position are known without their ids: they are not shown, and what is confirmed is the position', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 5 }, 10);
  assert.deepEqual(take(inbox, envelope(3), envelope(5)), { told: [], ack: 5 });
  assert.deepEqual(inbox.position, { epoch: 'e1', seq: 5 });
});

test('a new epoch starts at 0, is told as a gap, and drops what was shown before', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 0 }, 10);
  take(inbox, envelope(1, 'a'), envelope(2, 'b'));
  const gap = { epochChanged: true, truncated: false };
  assert.deepEqual(take(inbox, position('e2', { recovered: false, epochChanged: true }), envelope(1, 'b'), envelope(2, 'c')), { told: [gap, 'c'], ack: 2 });
  assert.deepEqual(inbox.position, { epoch: 'e2', seq: 2 });
});

test('a position ahead of the mailbox starts at 0 under the same epoch', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 9 }, 10);
  const { told } = take(inbox, position('e1', { recovered: false, epochChanged: true }), envelope(1, 'a'));
  assert.deepEqual(told.slice(1), ['a']);
  assert.deepEqual(inbox.position, { epoch: 'e1', seq: 1 });
});

test('a device that begins anew goes on after what it had confirmed', () => {
  const inbox = new Inbox(start, 10);
  assert.deepEqual(take(inbox, position('e1', { headSeq: 8, afterSeq: 7 })), { told: [], ack: 0 });
  assert.deepEqual(inbox.position, { epoch: 'e1', seq: 7 });
});

test('numbers of an older epoch in the same frame are not confirmed under the new one', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 0 }, 10);
  assert.equal(take(inbox, envelope(7), position('e2')).ack, 0);
});

test('a hole under the same epoch is told, and what came before it in the frame is still confirmed', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 0 }, 10);
  const gap = { epochChanged: false, truncated: true };
  assert.deepEqual(take(inbox, envelope(1, 'a'), position('e1', { recovered: false, truncated: true }), envelope(5, 'b')), { told: ['a', gap, 'b'], ack: 5 });
  assert.equal(take(inbox, envelope(6), position('e1')).ack, 6);
});

test('a copy sent ahead is shown once, moves nothing, and is dropped in its turn, which moves the position', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 0 }, 10);
  assert.deepEqual(take(inbox, ahead('late', 2), ahead('late', 2)), { told: ['late'], ack: 0 });
  assert.deepEqual(inbox.position, { epoch: 'e1', seq: 0 });
  assert.deepEqual(take(inbox, envelope(1, 'a'), envelope(2, 'late')), { told: ['a'], ack: 2 });
  assert.deepEqual(inbox.position, { epoch: 'e1', seq: 2 });
  assert.deepEqual(take(inbox, ahead('late')), { told: [], ack: 0 });
});

test('a message of a whole sale is told each time it comes, and never confirmed', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 4 }, 10);
  const stock = envelope(0, 'hint', { type: 'sale.stock', payload: { saleId: '1', items: [], state: 'open', serverTime: '' } });
  assert.deepEqual(take(inbox, stock, stock), { told: ['hint', 'hint'], ack: 0 });
});

test('a type from a newer server is not told, but has its place', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 0 }, 10);
  assert.deepEqual(take(inbox, envelope(1, 'a', { type: 'order.teleported' }), envelope(2, 'b', { type: 'toString' })), { told: [], ack: 2 });
  assert.deepEqual(inbox.position, { epoch: 'e1', seq: 2 });
});

test('ids are remembered up to their bound, the oldest forgotten first', () => {
  const inbox = new Inbox({ epoch: 'e1', seq: 0 }, 2);
  take(inbox, ahead('a'), ahead('b'), ahead('c'));
  assert.deepEqual(take(inbox, ahead('b'), ahead('c'), ahead('a')), { told: ['a'], ack: 0 });
  assert.throws(() => new Inbox(start, 0), RangeError);
});
