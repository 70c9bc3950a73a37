/**
 * Keeps secrets of the environment out of what is recorded of a command. What counts as one is guessed from the words
 * of the variable's name, from a password in a URL, or from forms that issuers give their keys; those forms are masked
 * in the output too, whoever knows them. Short values are let through, since masking `true` or `8080` would only spoil
 * the text.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Words that end so: APIKEY, AUTHTOKEN. */
const secretEnding = /(?:key|token|secret|password|passwd|passphrase|cookie|webhook|credentials?)s?$/i;
const secretWord =
  /^(?:pass(?:word|wd|phrase|code)?|pwd|creds?|priv(?:ate)?|o?auth(?:orization)?|sign(?:ing|ature)?|hooks?|dsn|session|lease|pat|bearer|jwt)$/i;
/** What such a word says of these is where something lies, or how a desktop was started. */
const harmlessName =
  /(?:^|_)(?:PATH|FILE|DIR|SOCK|PID|TYPE)$|^(?:XDG_SESSION_|DESKTOP_SESSION$|(?:OLD)?PWD$|SESSION_MANAGER$|DBUS_)/i;

const passwordInUrl = /:\/\/[^/@\s:]*:([^/@\s]+)@/;
/** Forms by which issuers mark their keys, tokens of three parts, and private keys as text. */
const knownForms = [
  /\bsk[-_][\w-]{16,}/g,
  /\bgh[opsur]_\w{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}/g,
  /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/g,
  /\bxox[a-z]-[\w-]{10,}|\bAIza[\w-]{30,}|\bnpm_\w{30,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  /(?<=:\/\/[^/@\s:]{0,100}:)[^/@\s]+(?=@)/g,
];
const shortestSecret = 8;

export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Longest first, so that one which contains another is masked whole. */
export function secretsOf(env: Environment): readonly Secret[] {
  return Object.entries(env)
    .map(([name, value = '']) => ({ name, value: secretIn(name, value) }))
    .filter(({ value }) => value.length >= shortestSecret)
    .toSorted((a, b) => b.value.length - a.value.length);
}

function secretIn(name: string, value: string): string {
  const isKnown = knownForms.slice(0, -1).some((form) => value.search(form) === 0);
  return isKnown || isSecretName(name) ? value : (passwordInUrl.exec(value)?.[1] ?? '');
}

/** `SIGNING_KEY_V2`, `apiKey1`: words between underscores, capitals and digits. */
function isSecretName(name: string): boolean {
  if (harmlessName.test(name)) return false;
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .split(/[^A-Za-z]+/)
    .some((word) => secretEnding.test(word) || secretWord.test(word));
}

/** The same bytes with stars for every secret: nothing moves, so a cut made before or after is the same cut. */
export function maskSecrets(bytes: Buffer, secrets: readonly Secret[]): Buffer {
  let text = bytes.toString('latin1');
  for (const spelling of secrets.flatMap(({ value }) => spellingsOf(value))) {
    text = text.replaceAll(spelling, '*'.repeat(spelling.length));
  }
  for (const form of knownForms) text = text.replaceAll(form, (found) => '*'.repeat(found.length));
  return Buffer.from(text, 'latin1');
}

/** As it is, and as programs write it into headers and addresses. */
function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  // The last characters of base64 depend on what follows.
  const encoded = [bytes.toString('base64'), bytes.toString('base64url')].map((text) => text.replace(/=+$/, ''));
  return [bytes.toString('latin1'), percentEncoded(value), ...encoded];
}

function percentEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
