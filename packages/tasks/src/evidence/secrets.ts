/**
 * Keeps secrets of the environment out of what is recorded of a command. What counts as one is guessed from the
 * variable's name, or from a password in a URL; short values are let through, since masking `true` or `8080` would only
 * spoil the text.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

const secretName = /(key|token|secret|password|passwd|passphrase|credentials?|lease|_pwd|_auth|_pat)$/i;
const passwordInUrl = /:\/\/[^/@\s]*:([^/@\s]+)@/;
const shortestSecret = 8;

export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Longest first, so that one which contains another is masked whole. */
export function secretsOf(env: Environment): readonly Secret[] {
  return Object.entries(env)
    .map(([name, value = '']) => ({
      name,
      value: secretName.test(name) ? value : (passwordInUrl.exec(value)?.[1] ?? ''),
    }))
    .filter(({ value }) => value.length >= shortestSecret)
    .toSorted((a, b) => b.value.length - a.value.length);
}

/** The same bytes with stars for every secret: nothing moves, so a cut made before or after is the same cut. */
export function maskSecrets(bytes: Buffer, secrets: readonly Secret[]): Buffer {
  let text = bytes.toString('latin1');
  for (const { value } of secrets) {
    const secret = Buffer.from(value).toString('latin1');
    text = text.replaceAll(secret, '*'.repeat(secret.length));
  }
  return Buffer.from(text, 'latin1');
}
