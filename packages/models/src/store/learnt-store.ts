/**
 * What was learnt of models. A fact older than `learntForMs` counts no more: it is neither loaded nor shown, and goes
 * with the next one that is kept.
 */

import type { LearntFact } from '@perdure/contract';
import type { Connection, GroupCommit } from '@perdure/db';
import { learntForMs, optionalFeatures, type Learnt, type LearntStore, type OptionalFeature } from '../turn/learnt.ts';

export interface LearntStoreDeps {
  readonly database: Connection;
  readonly group: GroupCommit;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

interface Row {
  readonly model: string;
  readonly feature: string;
  readonly schema_hash: string;
  readonly reason: string;
  readonly at: number;
}

/** For who asks models. */
export function createLearntStore({ database, group, clock }: LearntStoreDeps): LearntStore {
  const read = reader(database, clock);
  const forgetOld = database.sqlite.prepare('DELETE FROM model_learnt WHERE at <= ?');
  const insert = database.sqlite.prepare(
    `INSERT INTO model_learnt (model, feature, schema_hash, reason, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (model, feature, schema_hash) DO UPDATE SET reason = excluded.reason, at = excluded.at`,
  );
  return {
    load: async () => read().flatMap(learntOf),
    keep: async ({ model, feature, schemaHash, reason, at }) =>
      await group.run(() => {
        forgetOld.run(clock() - learntForMs);
        insert.run(model, feature, schemaHash, reason, at);
      }),
  };
}

/** For who looks after them. */
export interface LearntDesk {
  /** By model, then by feature. */
  list(): readonly LearntFact[];
  /** How many facts of `server/model` there were. */
  forget(model: string): Promise<number>;
}

export function createLearntDesk({ database, group, clock }: LearntStoreDeps): LearntDesk {
  const read = reader(database, clock);
  const remove = database.sqlite.prepare('DELETE FROM model_learnt WHERE model = ?');
  return {
    list: () =>
      read().map(({ model, feature, schema_hash: schemaHash, reason, at }) => ({
        model,
        feature,
        schemaHash,
        reason,
        at: new Date(at).toISOString(),
      })),
    forget: async (model) => await group.run(() => Number(remove.run(model).changes)),
  };
}

function reader({ sqlite }: Connection, clock: () => number): () => readonly Row[] {
  const select = sqlite.prepare('SELECT * FROM model_learnt WHERE at > ? ORDER BY model, feature, schema_hash');
  return () => select.all(clock() - learntForMs) as unknown as readonly Row[];
}

/** What a newer version has learnt of a feature that this one does not know says nothing here. */
function learntOf({ model, feature, schema_hash: schemaHash, reason, at }: Row): readonly Learnt[] {
  return isOptional(feature) ? [{ model, feature, schemaHash, reason, at }] : [];
}

function isOptional(feature: string): feature is OptionalFeature {
  return optionalFeatures.some((each) => each === feature);
}
