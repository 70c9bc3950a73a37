import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyIdOf, open, seal, type Place } from '../../src/seal/envelope.ts';
import {
  newVaultKey,
  openField,
  rootKeyOf,
  rootKeyOfPassphrase,
  rootKeyOfText,
  rootKeyText,
  sealField,
  unwrapKey,
} from '../../src/seal/index.ts';

const key = { id: '0011223344556677', key: Buffer.alloc(32, 7) };
const place: Place = ['field', 'vault', 'item', 1, 'token', 'token'];
const random = (size: number) => Buffer.alloc(size, 3);
const plain = Buffer.from('a value with “quotes” and é');
const sealed = seal(key, plain, { place, random });

describe('an envelope', () => {
  it('opens under its key and in its place, and names the key', () => {
    expect(open(key, sealed, place)).toEqual({ kind: 'opened', plain });
    expect(keyIdOf(sealed)).toBe(key.id);
    expect(open(key, seal(key, Buffer.alloc(0), { place, random }), place)).toEqual({
      kind: 'opened',
      plain: Buffer.alloc(0),
    });
  });

  it('has the form that it had in every version', () => {
    expect(seal(key, Buffer.from('x'), { place: ['field', 'v', 'i', 1, 'k', 'k'], random })).toBe(
      'AQARIjNEVWZ3AwMDAwMDAwMDAwMDXfR6SlcohKBN0rSYjgtAlIE',
    );
  });

  it('opens no more where any bit of any byte was changed', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (const [index, byte] of bytes.entries()) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[index] = byte ^ (1 << bit);
        expect(open(key, changed.toString('base64url'), place).kind, `byte ${index} bit ${bit}`).toBe('damaged');
      }
    }
  });

  it('opens no more where any character of its text was changed, the last one too', () => {
    for (const [index, character] of Array.from(sealed).entries()) {
      const other = character === 'A' ? 'B' : 'A';
      const changed = `${sealed.slice(0, index)}${other}${sealed.slice(index + 1)}`;
      expect(open(key, changed, place).kind, `character ${index}`).toBe('damaged');
    }
  });

  it('opens no more where it was cut short or made longer', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(open(key, sealed.slice(0, length), place).kind).toBe('damaged');
    }
    for (const more of ['A', 'AAAA', '=', ' ', '\n']) expect(open(key, sealed + more, place).kind).toBe('damaged');
  });

  it('opens in no other place, however alike its text is', () => {
    const others: readonly Place[] = [
      ['field', 'vault2', 'item', 1, 'token', 'token'],
      ['field', 'vault', 'item2', 1, 'token', 'token'],
      ['field', 'vault', 'item', 2, 'token', 'token'],
      ['field', 'vault', 'item', 1, 'user', 'token'],
      ['field', 'vault', 'item', 1, 'token', 'token', 'user'],
      ['field', 'vault', 'item', '1', 'token', 'token'],
      ['field', 'vault","item', 1, 'token', 'token'],
      ['key', 'vault', 'item', 1, 'token', 'token'],
    ];
    for (const other of others) expect(open(key, sealed, other).kind, JSON.stringify(other)).toBe('damaged');
  });

  it('opens under no other key, though it is called the same', () => {
    expect(open({ ...key, key: Buffer.alloc(32, 8) }, sealed, place).kind).toBe('damaged');
    expect(open({ ...key, id: 'ffffffffffffffff' }, sealed, place).kind).toBe('damaged');
  });
});

describe('the key of a vault', () => {
  const root = rootKeyOf(Buffer.alloc(32, 1));

  it('is kept under the root key, and opens with that alone and in its vault alone', () => {
    const { key: made, kept } = newVaultKey(root, 'v', randomBytes);
    expect(unwrapKey(root, 'v', kept)).toEqual(made);
    expect(unwrapKey(root, 'w', kept)).toBeUndefined();
    expect(unwrapKey(root, 'v', { ...kept, id: '0000000000000000' })).toBeUndefined();
    expect(unwrapKey(rootKeyOf(Buffer.alloc(32, 2)), 'v', kept)).toBeUndefined();
    const value = sealField(made, 'secret', {
      place: { vaultId: 'v', itemId: 'i', version: 1, key: 'k', keys: ['k'] },
      random: randomBytes,
    });
    expect(openField(made, value, { vaultId: 'v', itemId: 'i', version: 1, key: 'k', keys: ['k'] })).toBe('secret');
    expect(
      openField(made, value, { vaultId: 'v', itemId: 'i', version: 1, key: 'k', keys: ['k', 'l'] }),
    ).toBeUndefined();
  });
});

describe('the root key', () => {
  it('is read from the text that was written, and from no other', () => {
    const text = rootKeyText(randomBytes);
    expect(rootKeyOfText(text)?.key).toHaveLength(32);
    for (const other of ['', 'short', `${text.trim()}A`, text.slice(2), `${'A'.repeat(42)}B`]) {
      expect(rootKeyOfText(other), JSON.stringify(other)).toBeUndefined();
    }
  });

  it('is made of a passphrase by Argon2id: the same for the same, another for another or another salt', async () => {
    const salt = Buffer.alloc(16, 5);
    const one = await rootKeyOfPassphrase('correct horse', salt);
    expect(one.id).toBe((await rootKeyOfPassphrase('correct horse', salt)).id);
    expect(one.id).not.toBe((await rootKeyOfPassphrase('correct horsf', salt)).id);
    expect(one.id).not.toBe((await rootKeyOfPassphrase('correct horse', Buffer.alloc(16, 6))).id);
  });
});
