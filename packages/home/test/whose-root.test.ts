import { describe, expect, test } from 'vitest';
import { distrustOf } from '../src/definition-folders.ts';
import { rootRefusal } from '../src/root-refusal.ts';
import { markOf, type RootStamp } from '../src/root-stamp.ts';
import { whoseRoot, type FolderFacts, type RootFacts } from '../src/whose-root.ts';

const stamp: RootStamp = { id: 'r', account: 7, machine: 'm', path: '/a', inode: '12', born: '900' };
const folder: FolderFacts = {
  owner: 7,
  mode: 0o40700,
  inode: '12',
  born: '900',
  contents: [{ path: '/a/perdure.db', owner: 7 }],
  stamp,
  isEmpty: false,
  original: 'same',
  keepsInodes: true,
};
const facts = (changes: Partial<FolderFacts> = {}, around: Partial<RootFacts> = {}): RootFacts => ({
  path: '/a',
  account: 7,
  machine: 'm',
  folder: { ...folder, ...changes },
  ...around,
});
const kindOf = (...given: Parameters<typeof facts>) => whoseRoot(facts(...given)).kind;

describe('a state root', () => {
  test('is ours where account, machine, folder and path are those of its stamp', () => {
    expect(kindOf()).toBe('ours');
  });

  test('that is missing, or empty, can be made', () => {
    expect(whoseRoot({ path: '/a', account: 7 }).kind).toBe('new');
    expect(kindOf({ stamp: undefined, isEmpty: true, contents: [], mode: 0o40775 })).toBe('new');
  });

  test('that was moved is ours all the same, and one that is reached by another name was not moved', () => {
    expect(kindOf({ original: 'none' }, { path: '/b' })).toBe('moved');
    expect(kindOf({ original: 'same' }, { path: '/b' })).toBe('ours');
  });

  test.each<[string, Partial<FolderFacts>, Partial<RootFacts>]>([
    ['another folder', { inode: '13', original: 'none' }, {}],
    ['a folder of another birth that has its inode again', { born: '901', original: 'none' }, {}],
    ['another machine', {}, { machine: 'n' }],
    ['another account', { stamp: { ...stamp, account: 8 } }, {}],
    ['a second folder while the first is there', { original: 'root' }, { path: '/b' }],
  ])('that was stamped in %s is a copy', (_where, changes, around) => {
    expect(kindOf(changes, around)).toBe('copy');
  });

  test('is not called a copy for what nobody knows: a machine without an id, a file system without times of birth', () => {
    const { born: _born, ...unborn } = folder;
    expect(kindOf({}, { machine: undefined })).toBe('ours');
    expect(whoseRoot({ path: '/a', account: 7, machine: 'm', folder: unborn }).kind).toBe('ours');
    // Told of a change instead of a birth, we take neither.
    expect(markOf({ ino: 12n, birthtimeNs: 5n, ctimeNs: 5n })).toEqual({ inode: '12' });
    expect(markOf({ ino: 12n, birthtimeNs: 5n, ctimeNs: 6n })).toEqual({ inode: '12', born: '5' });
  });

  test('on a file system that numbers folders anew is known by its path, and the id of the machine', () => {
    const anew = { inode: '13', keepsInodes: false } as const;
    expect(kindOf(anew)).toBe('ours');
    expect(kindOf({ ...anew, original: 'none' }, { path: '/b' }), 'moved or copied: nobody knows').toBe('copy');
    expect(kindOf(anew, { machine: undefined }), 'a stamp that a stranger could have written').toBe('copy');
    expect(kindOf(anew, { machine: 'n' })).toBe('copy');
  });

  test('without a stamp is unknown, however much it looks like one', () => {
    expect(whoseRoot(facts({ stamp: undefined }))).toEqual({ kind: 'unknown', holdsOurs: true });
  });

  test("of another account is foreign, before its stamp is looked at, and so is one that holds another's file", () => {
    expect(kindOf({ owner: 0 })).toBe('foreign');
    expect(whoseRoot(facts({ owner: 8 }, { account: 0 })).kind).toBe('foreign');
    const contents = [{ path: '/a/perdure.config.yaml', owner: 8 }];
    expect(whoseRoot(facts({ contents }))).toEqual({ kind: 'foreign', path: '/a/perdure.config.yaml', owner: 8 });
  });

  test('in which others may write is refused, stamped or not', () => {
    for (const mode of [0o40770, 0o40702]) expect(kindOf({ mode })).toBe('open');
    for (const mode of [0o40700, 0o40755]) expect(kindOf({ mode })).toBe('ours');
  });
});

const sentenceOf = (...given: Parameters<typeof facts>) => {
  const verdict = whoseRoot(facts(...given));
  if (verdict.kind === 'new' || verdict.kind === 'ours' || verdict.kind === 'moved') throw new Error(verdict.kind);
  return rootRefusal(verdict, { root: '/b c', account: 7 }).message;
};

describe('the refusal of a state root', () => {
  test('of a copy says of what, whether that is still there, and asks which of the two it is', () => {
    const copy = sentenceOf({ inode: '13', original: 'root' });
    expect(copy).toContain('The state root /b c is a copy of /a, which is still there');
    expect(copy).toContain("`perdure up --take-over --home '/b c'`");
    expect(copy).toContain("`perdure up --as-copy --home '/b c'`");
    expect(sentenceOf({ inode: '13', original: 'none' })).toContain('a copy of one that was made at /a');
  });

  test('of one that came from elsewhere names the one way to adopt it, and of one that is not ours none', () => {
    expect(sentenceOf({ stamp: undefined })).toContain("`perdure trust --home '/b c'`");
    expect(sentenceOf({ owner: 8 })).not.toMatch(/trust|take-over/);
    expect(sentenceOf({ mode: 0o40777 })).toContain("`chmod go-w '/b c'`");
  });
});

const why = (owner: number, mode: number, holdsCode = true) => distrustOf({ path: '/p', owner, mode }, 7, holdsCode);

test("a definition folder is run where it is this account's or the administrator's, and not everybody may write there", () => {
  expect([why(7, 0o755), why(0, 0o755), why(7, 0o775)]).toEqual([undefined, undefined, undefined]);
  expect(why(8, 0o755)).toContain('another account (user 8');
  expect(why(7, 0o777)).toContain('every account');
  // A project may lie where everybody may write: what is run belongs to somebody all the same.
  expect(why(0, 0o1777, false)).toBeUndefined();
});
