import { vaultStoreConformance } from '../../src/store/vault/conformance.ts';
import { openVaultSqlite } from './vault-sqlite.ts';

vaultStoreConformance('SQLite', openVaultSqlite);
