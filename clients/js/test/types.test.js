import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('the package is used as its documentation says, and a payload is not taken for another', () => {
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--project', 'test/tsconfig.json'], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
