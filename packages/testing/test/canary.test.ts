import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { killAfterTest, tempFolder } from '../src/after-test.ts';
import { needlesOf, processesBelow, searchFolder, searchProcesses, sightingsIn } from '../src/canary.ts';
import { until } from '../src/until.ts';

const value = 'canary “7f3a”/+?\nline\\two 9c51';
const needles = needlesOf([{ name: 'one', value }]);
const formsIn = (bytes: Buffer): readonly string[] => sightingsIn(bytes, 'here', needles).map(({ form }) => form);
const planted = (text: string): Buffer => Buffer.from(`before ${text} behind`);

describe('a secret is found', () => {
  const hex = Buffer.from(value).toString('hex');
  const forms: readonly (readonly [form: string, text: string])[] = [
    ['raw', value],
    ['hex', hex],
    ['hex in capitals', hex.toUpperCase()],
    ['of a URL', encodeURIComponent(value)],
    ['of a form', new URLSearchParams({ a: value }).toString()],
    ['percent for each byte', hex.replaceAll(/../g, '%$&')],
    ['in JSON', JSON.stringify({ a: value })],
    ['in ASCII JSON', String.raw`canary \u201c7f3a\u201d/+?\nline\\two 9c51`],
    ['in JSON within JSON', JSON.stringify({ body: JSON.stringify({ a: value }) })],
    ['backwards', Array.from(value).toReversed().join('')],
  ];
  it.each(forms)('in the form %s', (form, text) => {
    expect(formsIn(planted(text))).toContain(form);
  });

  it('in base64 and base64url wherever it begins within a longer text, whatever is beside it', () => {
    for (let before = 0; before < 7; before += 1) {
      for (const behind of ['', 'x', 'yz', 'long text']) {
        const text = `${'ÿ?>'.slice(0, before)}${'b'.repeat(before)}${value}${behind}`;
        for (const encoding of ['base64', 'base64url'] as const) {
          const found = formsIn(planted(Buffer.from(text).toString(encoding)));
          expect(
            found.some((form) => form.startsWith(encoding)),
            `${encoding} ${before} ${behind}`,
          ).toBe(true);
        }
      }
    }
  });

  it('in UTF-16 of either order, and in what is packed, also within a file and twice', () => {
    const utf16 = Buffer.from(`x${value}y`, 'utf16le');
    expect(formsIn(utf16)).toEqual(['UTF-16']);
    expect(formsIn(Buffer.from(utf16).swap16())).toEqual(['UTF-16, high byte first']);
    const twice = Buffer.concat([Buffer.from('head'), gzipSync(gzipSync(planted(value))), Buffer.from('tail')]);
    expect(sightingsIn(twice, 'file', needles)).toEqual([
      { canary: 'one', form: 'raw', where: 'file (gzip at 4) (gzip at 0)' },
    ]);
  });

  it('below a folder, in files and in their names, and not behind a link or where it may be', () => {
    const folder = tempFolder();
    const elsewhere = tempFolder();
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    writeFileSync(join(folder, 'deep/er/a.log'), planted(hex));
    writeFileSync(join(folder, 'key'), value);
    writeFileSync(join(folder, hex.slice(0, 200)), '');
    writeFileSync(join(elsewhere, 'file'), value);
    symlinkSync(elsewhere, join(folder, 'link'));
    const { sightings, places } = searchFolder(folder, needles, (path) => path === join(folder, 'key'));
    expect(sightings.map(({ form, where }) => `${form} ${where}`).toSorted()).toEqual([
      `hex ${folder}/deep/er/a.log`,
      `hex a name in ${folder}`,
    ]);
    expect(places).toBe(5);
  });

  it('in the arguments and the environment of a process below another', async () => {
    const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', process.env.GIVEN], { env: { OTHER: process.env.GIVEN }, stdio: 'ignore' });
      setInterval(() => 0, 1000)`;
    const parent = spawn(execPath, ['-e', script], { env: { GIVEN: hex }, stdio: 'ignore' });
    killAfterTest(parent.pid);
    const below = () => processesBelow([parent.pid ?? 0]);
    await until(() => below().length === 2, { what: 'the child is there' });
    const child = below().find((pid) => pid !== parent.pid) ?? 0;
    killAfterTest(child);
    await until(() => searchProcesses([child], needles).sightings.length === 2, { what: 'it runs' });
    const seen = searchProcesses(below(), needles, (pid) => pid !== child);
    expect(seen.sightings.map(({ where }) => where)).toEqual([
      `environ of process ${parent.pid}`,
      `cmdline of process ${child}`,
    ]);
    expect(seen.places).toBe(3);
  });
});

describe('a search', () => {
  it('finds nothing in what is like it, and tells how much it saw', () => {
    for (const other of [value.slice(1, -1), value.replace('7', '8'), value.toUpperCase(), '']) {
      expect(formsIn(planted(other))).toEqual([]);
    }
    const empty = searchFolder(tempFolder(), needles);
    expect(empty).toEqual({ sightings: [], places: 0 });
  });

  it('takes no secret that may be there by chance, and never prints one', () => {
    expect(() => needlesOf([{ name: 'short', value: 'hunter2' }])).toThrow('canary short');
    expect(JSON.stringify(sightingsIn(planted(value), 'here', needles))).not.toContain('7f3a');
  });
});
