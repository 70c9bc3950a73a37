/** Words by which secrets are known, in names of programs and in what people write. */

/** Names as they are compared: letters and digits alone, lower case. */
const secretName =
  /(?:(?:api|access|secret|private|signing|encryption|ssh|auth|master|license|service|account|deploy)key|token|secret|password|passwd|passphrase|passcode|passwort|kennwort|credential|cookie|mnemonic|seedphrase|recoverycode|connectionstring|jwt)s?$|^(?:pwd|pw|pass|psk|pin|pat|otp|auth|authorization|bearer|dsn|creds?|key|keys)$/;

/** What stands behind a name and changes nothing of what it is: `API_KEY_PROD`, `password2`, `tokenValue`. */
const addition = /(?:value|production|prod|staging|live|dev|test|old|new|v?\d{1,3})$/;

export const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export function isSecretName(name: string): boolean {
  const word = plain(name).slice(-40);
  return secretName.test(word) || secretName.test(word.replace(addition, ''));
}

/** Words of people and of files that are no JSON, for a pattern. */
export const secretWord =
  '(?:(?:api|access|secret|private)[-_ ]?key|token|secret|password|passwd|passphrase|passcode|pwd|\\bpw|\\bpass|passwort|kennwort|contrase[nñ]a|senha|пароль|密码|密碼|パスワード)s?(?:[-_ ]?(?:value|production|prod|staging|live|dev|test|v?\\d{1,3}))?';

/** Words by which others say where a secret is: a reference, or the name of a variable. */
const elsewhere =
  /^(?:vault:[^\s/]+\/\S+|env:[A-Z_][A-Z0-9_]*|\$\{[A-Za-z_]\w*\}|\$[A-Z_][A-Z0-9_]*|\{\{[^{}]{1,100}\}\})$/;

export const isElsewhere = (value: string): boolean => value.trim() === '' || elsewhere.test(value);
