import { familyVaultOf, newFamilyVault } from '@perdure/contract';
import { expect, test } from 'vitest';

const family = { id: 'f1', name: 'Main' };
const ownerId = 'ada';
const made = { ...newFamilyVault(family), createdBy: ownerId };

test('the vault of a family is its own after a rename, and not that of a family which has its old name then', () => {
  const renamed = { id: 'f1', name: 'Camp' };
  const other = { id: 'f2', name: 'Main' };
  expect(familyVaultOf([made], { family, ownerId })).toBe(made);
  expect(familyVaultOf([made], { family: renamed, ownerId })).toBe(made);
  expect(familyVaultOf([made], { family: other, ownerId })).toBeUndefined();
});

test('a vault of that name which tells of no family counts, and one that somebody else has made does not', () => {
  const old = { name: 'family-Main', description: 'Shared by the family Main', createdBy: ownerId };
  expect(familyVaultOf([old], { family, ownerId })).toBe(old);
  expect(familyVaultOf([old, made], { family, ownerId })).toBe(made);
  expect(familyVaultOf([{ ...made, createdBy: 'mallory' }], { family, ownerId })).toBeUndefined();
});
