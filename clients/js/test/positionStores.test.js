import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalPositionStore, MemoryPositionStore } from '@seckill/push';

/** As localStorage of a browser, shared by its tabs. */
function storage(items = {}) {
  return { items, getItem: (key) => items[key] ?? null, setItem: (key, value) => { items[key] = value; } };
}

test('a new page continues where the last one stood', () => {
  const shared = storage();
  new LocalPositionStore('alice', shared).save({ epoch: 'e1', seq: 7 });
  assert.deepEqual(new LocalPositionStore('alice', shared).load(), { epoch: 'e1', seq: 7 });
  assert.deepEqual(new LocalPositionStore('bob', shared).load(), { epoch: '', seq: 0 });
});

test('a tab that is behind does not lower the position, and a new epoch replaces it', () => {
  const store = new LocalPositionStore('alice', storage());
  store.save({ epoch: 'e1', seq: 7 });
  store.save({ epoch: 'e1', seq: 5 });
  assert.deepEqual(store.load(), { epoch: 'e1', seq: 7 });
  store.save({ epoch: 'e2', seq: 1 });
  assert.deepEqual(store.load(), { epoch: 'e2', seq: 1 });
});

test('a server that begins its numbers anew under the same epoch lowers the position', () => {
  const store = new LocalPositionStore('alice', storage());
  store.save({ epoch: 'e1', seq: 100 });
  store.save({ epoch: 'e1', seq: 60 }, true);
  assert.deepEqual(store.load(), { epoch: 'e1', seq: 60 });
});

test('a position of the version before is still one', () => {
  assert.deepEqual(new LocalPositionStore('alice', storage({ alice: '{"epoch":"e1","lastSeq":7}' })).load(), { epoch: 'e1', seq: 7 });
});

test('what cannot be read counts as nothing', () => {
  for (const kept of ['{', 'null', '[]', '"x"', '{"epoch":7,"seq":1}', '{"epoch":"e1","seq":-1}', '{"epoch":"e1","seq":"9"}', '{"epoch":"","seq":3}']) {
    assert.deepEqual(new LocalPositionStore('alice', storage({ alice: kept })).load(), { epoch: '', seq: 0 }, kept);
  }
});

test('a storage that is full or forbidden costs repetitions only', () => {
  const full = { getItem: () => { throw new Error('forbidden'); }, setItem: () => { throw new Error('full'); } };
  const store = new LocalPositionStore('alice', full);
  store.save({ epoch: 'e1', seq: 1 });
  assert.deepEqual(store.load(), { epoch: '', seq: 0 });
});

test('in memory it lasts as long as the store', () => {
  const store = new MemoryPositionStore();
  assert.deepEqual(store.load(), { epoch: '', seq: 0 });
  store.save({ epoch: 'e1', seq: 3 });
  assert.deepEqual(store.load(), { epoch: 'e1', seq: 3 });
});
