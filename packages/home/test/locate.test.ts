import { expect, test } from 'vitest';
import { locateHome, type LocateOptions } from '../src/index.ts';

const locate = (options: Partial<LocateOptions>, existing: readonly string[] = []) =>
  locateHome({
    env: {},
    cwd: '/home/ann/shop/src',
    homedir: '/home/ann',
    exists: (path) => existing.includes(path),
    ...options,
  });

test('the flag wins over the environment, which wins over the folder above, which wins over the home folder', () => {
  const existing = ['/home/ann/shop/.perdure'];
  const env = { PERDURE_HOME: '/env' };
  expect(locate({ flag: '/flag', env }, existing)).toMatchObject({ root: '/flag', source: 'flag' });
  expect(locate({ env }, existing)).toMatchObject({ root: '/env', source: 'environment' });
  expect(locate({}, existing)).toMatchObject({ root: '/home/ann/shop/.perdure', source: 'project' });
  expect(locate({})).toMatchObject({ root: '/home/ann/.perdure', source: 'user' });
});

test('the nearest folder above is taken, not the topmost', () => {
  const existing = ['/home/ann/shop/.perdure', '/home/ann/shop/src/.perdure'];
  expect(locate({}, existing).root).toBe('/home/ann/shop/src/.perdure');
});

test('the project is the folder that holds the state root, else the one that has one above, else the working folder', () => {
  const existing = ['/home/ann/shop/.perdure'];
  expect(locate({}, existing).project).toBe('/home/ann/shop');
  expect(locate({ flag: '/srv/app/.perdure' }, existing).project).toBe('/srv/app');
  expect(locate({ flag: '/srv/state' }, existing).project).toBe('/home/ann/shop');
  expect(locate({ flag: '/srv/state' }).project).toBe('/home/ann/shop/src');
});

test("the user's own state root does not make a project of the home folder", () => {
  const existing = ['/home/ann/.perdure'];
  expect(locate({}, existing)).toEqual({ root: '/home/ann/.perdure', source: 'user', project: '/home/ann/shop/src' });
});

test('a relative flag is taken from the working folder, and an empty one counts as none', () => {
  expect(locate({ flag: '../state' }).root).toBe('/home/ann/shop/state');
  expect(locate({ flag: '', env: { PERDURE_HOME: '' } }).source).toBe('user');
});
