import { taskStoreConformance } from '../../src/store/tasks/conformance.ts';
import { openTaskSqlite } from './task-sqlite.ts';

taskStoreConformance('SQLite', openTaskSqlite);
