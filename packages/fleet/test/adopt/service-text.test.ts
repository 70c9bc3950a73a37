import { describe, expect, it } from 'vitest';
import { readEnvFile, readPlist, readUnit } from '../../src/core/adopt/service-text.ts';

const plist = (inner: string) =>
  `<?xml version="1.0"?><!DOCTYPE plist><plist version="1.0"><dict>${inner}</dict></plist>`;

describe('a list of properties', () => {
  it('tells words and variables, whatever is escaped, quoted or commented away', () => {
    const text = plist(`
      <!-- <key>ProgramArguments</key><array><string>old</string></array> -->
      <key>RunAtLoad</key><true/>
      <key>ProgramArguments</key><array><string>/usr/bin/node</string>
        <string><![CDATA[/Apps & <more>/openclaw.mjs]]></string><string>a &amp; b &#x41;&#66;</string></array>
      <key>EnvironmentVariables</key><dict><key>ANTHROPIC_API_KEY</key><string>sk&lt;1&gt;</string>
        <key>__proto__</key><string>x</string></dict>`);
    const read = readPlist(text);
    expect(read.words).toEqual(['/usr/bin/node', '/Apps & <more>/openclaw.mjs', 'a & b AB']);
    expect(Object.entries(read.env)).toEqual([
      ['ANTHROPIC_API_KEY', 'sk<1>'],
      ['__proto__', 'x'],
    ]);
  });

  it.each(['', 'bplist00', plist('<key>ProgramArguments</key>'), plist('<array>'.repeat(5_000)), '<plist><dict><key>'])(
    'that is none, or is broken, tells nothing: %.30s',
    (text) => {
      expect(readPlist(text)).toEqual({ words: [], env: {}, envFiles: [] });
    },
  );
});

describe('a unit', () => {
  it('tells words, variables and the files with more of them', () => {
    const text = `[Service]
ExecStart=-/usr/bin/node "/opt/open claw/openclaw.mjs" \\
  gateway run --port 18790
Environment="A_KEY=one two" B=50%% 'C=x=y'
EnvironmentFile=-/etc/scout.env
# Environment=D=commented
ExecStop=/bin/true`;
    expect(readUnit(text)).toEqual({
      words: ['/usr/bin/node', '/opt/open claw/openclaw.mjs', 'gateway', 'run', '--port', '18790'],
      env: { A_KEY: 'one two', B: '50%', C: 'x=y' },
      envFiles: ['/etc/scout.env'],
    });
  });

  it('that is empty tells nothing', () => {
    expect(readUnit('')).toEqual({ words: [], env: {}, envFiles: [] });
  });
});

it('a file of variables is read with its quotes, comments and exports', () => {
  const text = '# no\nexport A=1\nB="two words"\n\nC=\'x\'\nnot a pair\nD=';
  expect(readEnvFile(text)).toEqual({ A: '1', B: 'two words', C: 'x', D: '' });
});
