/** Variables of a home: a file that OpenClaw reads when it begins. What somebody wrote there stays. */

/** Those that are named are so from then on. */
export function withVariables(text: string, variables: Readonly<Record<string, string>>): string {
  const names = Object.keys(variables);
  if (names.length === 0) return text;
  const kept = text.split('\n').filter((line) => !names.includes(/^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? ''));
  while (kept.at(-1)?.trim() === '') kept.pop();
  const added = Object.entries(variables).map(([name, value]) => `${name}=${quotedValue(value)}`);
  return `${[...kept, ...added].join('\n')}\n`;
}

function quotedValue(value: string): string {
  if (/^[\w.\-+/=:@]+$/.test(value)) return value;
  if (!/['\n]/.test(value)) return `'${value}'`;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** Of the environment of a service those that mean something to a gateway wherever it is run from. */
export function variablesOfService(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOfPlace(name)));
}

const places =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|LANG|LC_\w+|TMPDIR|TERM|NODE_OPTIONS|XDG_\w+|DBUS_\w+|PERDURE_\w+)$/;
const isOfPlace = (name: string): boolean =>
  places.test(name) || (name.startsWith('OPENCLAW_') && name !== gatewayTokenVariable) || !/^\w+$/.test(name);

/** With which a gateway of old was asked, where its settings named no token. */
export const gatewayTokenVariable = 'OPENCLAW_GATEWAY_TOKEN';
