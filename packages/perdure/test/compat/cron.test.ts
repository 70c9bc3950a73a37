import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createCompatPlace } from './support.ts';

/** What it was given is what there is. */
const fakeCrontab = `#!/bin/sh
file="$(dirname "$0")/entries"
case "$1" in
  -l) [ -f "$file" ] || { echo "no crontab for ada" >&2; exit 1; }; cat "$file" ;;
  -) cat >"$file" ;;
esac
`;

function withCrontab() {
  const place = createCompatPlace();
  onTestFinished(() => place[Symbol.dispose]());
  writeFileSync(join(place.folder, 'crontab'), fakeCrontab);
  chmodSync(join(place.folder, 'crontab'), 0o755);
  const entries = join(place.folder, 'entries');
  const path = `${place.folder}${delimiter}${process.env['PATH']}`;
  return {
    run: (seconds: string | undefined, ...words: readonly string[]) => {
      const env = seconds === undefined ? { PATH: path } : { PATH: path, INTERVAL_SEC: seconds };
      return place.compat(['task_install_tick_cron', ...words], { env });
    },
    entries: () => (existsSync(entries) ? readFileSync(entries, 'utf8') : ''),
  };
}

test('68: 90 s is no interval of cron, 120 s is every two minutes, and to print writes nothing', async () => {
  const { run, entries } = withCrontab();
  for (const seconds of ['90', '0', '-60', 'often', '420']) {
    expect(await run(seconds, '--print')).toMatchObject({ code: 2, stdout: '' });
  }
  expect((await run('120', '--print')).stdout).toMatch(/^\*\/2 \* \* \* \* .* task tick .*\n$/);
  expect((await run(undefined, '--print')).stdout).toMatch(/^\* \* \* \* \* /);
  expect(entries()).toBe('');
});

test('68: applied twice there is one entry', async () => {
  const { run, entries } = withCrontab();
  expect((await run('120', '--apply')).stdout).toMatch(/^Installed cron entry: \*\/2 /);
  const once = entries();
  expect(await run('120', '--apply')).toMatchObject({ code: 0 });
  expect(entries()).toBe(once);
  expect(once.match(/ task tick /g)).toHaveLength(1);
});

test.each([[], ['--remove'], ['apply']])(
  'anything else prints how it is called, and ends with 2: %j',
  async (...words) => {
    const { run } = withCrontab();
    const told = await run(undefined, ...words);
    expect(told).toMatchObject({ code: 2, stdout: '' });
    expect(told.stderr).toMatch(/^usage: task_install_tick_cron\.sh .*\n.*say one of --print and --apply\n$/);
  },
);
