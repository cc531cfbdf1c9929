import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../dist/backoff.js';

test('the longest pauses double up to the ceiling, and begin again after a reset', () => {
  const backoff = new Backoff(200, 10_000, () => 1);
  assert.deepEqual(Array.from({ length: 8 }, () => backoff.next()), [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  backoff.reset();
  assert.equal(backoff.next(), 200);
});

test('each pause is drawn, never below a fifth of its ceiling: many clients do not come back together, none comes back at once', () => {
  const backoff = new Backoff(1_000, 1_000, () => 0);
  assert.equal(backoff.next(), 200);
  const drawn = new Set(Array.from({ length: 100 }, () => new Backoff(1_000, 1_000, Math.random).next()));
  assert.ok(drawn.size > 90, `${drawn.size} different pauses of 100`);
});

test('after ten thousand failures the pause is still a number', () => {
  const backoff = new Backoff(200, 10_000, () => 1);
  for (let i = 0; i < 10_000; i += 1) backoff.next();
  assert.equal(backoff.next(), 10_000);
});

test('pauses that make no sense are refused', () => {
  for (const [min, max] of [[0, 10], [10, 5], [Number.NaN, 10]]) assert.throws(() => new Backoff(min, max, Math.random), RangeError);
});
