/**
 * What we keep of services that we supervise, each in a folder of its name: what it is and whether it is to run
 * (`unit.json`, written by who orders), how often it fell (`watch.json`, written by who watches, and lost without
 * harm), and its lives.
 */

import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { handlePattern } from '@perdure/contract';
import { makeFolder, replaceFile } from '@perdure/home';
import { readFileIfAny } from '@perdure/home/files';
import type { ServiceSpec } from '../../core/ports.ts';
import type { Watch } from '../../core/keep-up.ts';

const unitSchema = z.object({
  /** Of this installation: its processes carry it, and its lives lie in a folder of this name. */
  id: z.uuid(),
  wanted: z.enum(['up', 'down']),
  spec: z.object({
    handle: z.string(),
    home: z.string(),
    port: z.int(),
    program: z.object({ node: z.string(), entry: z.string() }),
    accountHome: z.string(),
  }),
});
export type Unit = Readonly<z.infer<typeof unitSchema>>;

const endSchema = z.object({ exitCode: z.int().optional(), signal: z.string().optional() });
const watchSchema = z.object({
  kind: z.enum(['new', 'up', 'resting', 'given_up']),
  life: z.int().default(0),
  restarts: z.int(),
  falls: z.int(),
  end: endSchema.default({}),
  /** Of the wall clock, for who reads it. */
  untilWall: z.number().optional(),
});

/** A watch as it is kept: with the time of the wall clock, since the other one begins anew with each process. */
export interface KeptWatch {
  readonly watch: Watch;
  readonly untilWall: number | undefined;
}

export interface UnitFolder {
  readonly path: string;
  readUnit(): Unit | undefined;
  writeUnit(unit: Unit): void;
  /** The watch that was left, with a rest that ends at 0. */
  readWatch(): KeptWatch | undefined;
  writeWatch(kept: KeptWatch): void;
  /** Where the lives of an installation lie. */
  livesOf(unit: Unit): string;
  remove(): void;
}

/** `handle` has been checked: it is a name and no path. */
export function unitFolder(folder: string, handle: string): UnitFolder {
  const path = join(folder, handle);
  const [unitFile, watchFile] = [join(path, 'unit.json'), join(path, 'watch.json')];
  return {
    path,
    readUnit: () => parsed(unitSchema, readFileIfAny(unitFile)),
    writeUnit(unit) {
      makeFolder(join(path, unit.id), 0o700);
      replaceFile(unitFile, `${JSON.stringify(unit)}\n`);
    },
    readWatch() {
      const found = parsed(watchSchema, readFileIfAny(watchFile));
      return found === undefined ? undefined : { watch: watchOf(found), untilWall: found.untilWall };
    },
    writeWatch: ({ watch, untilWall }) =>
      replaceFile(watchFile, `${JSON.stringify({ ...watch, untilWall })}\n`, { sync: false }),
    livesOf: ({ id }) => join(path, id),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Handles of all that were installed. Others may keep files beside them. */
export function unitHandles(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && handlePattern.test(entry.name)).map(({ name }) => name);
  } catch {
    return [];
  }
}

export const newUnit = (spec: ServiceSpec): Unit => ({ id: randomUUID(), wanted: 'down', spec });

function watchOf({ kind, life, restarts, falls, end: { exitCode, signal } }: z.infer<typeof watchSchema>): Watch {
  const tally = { restarts, falls };
  const end = { exitCode, ...(signal !== undefined && { signal }) };
  switch (kind) {
    case 'new':
      return { kind, ...tally };
    case 'up':
      return { kind, life, seenAt: 0, ...tally };
    case 'resting':
      return { kind, life, end, until: 0, ...tally };
    case 'given_up':
      return { kind, life, end, ...tally };
    default:
      throw new Error(`Unknown watch ${String(kind satisfies never)}`);
  }
}

/** Undefined for what is not there, and for what is damaged: it counts as never written. */
function parsed<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
