/** The fields of a task that `create` and `update` set: from what was typed to data. */

import { resolve } from 'node:path';
import { compact, PerdureError, taskSchema } from '@perdure/contract';
import type { EditableTask } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import type { Rim } from '../cli/rim.ts';
import type { FieldOptions } from './field-flags.ts';
import { givenJson, parsed } from './parse.ts';

const editable = taskSchema
  .pick({
    title: true,
    goal: true,
    done_criteria: true,
    constraints: true,
    execution_priority: true,
    phase: true,
    health: true,
    next_step: true,
    last_verified_step: true,
    status_update_interval_seconds: true,
    artifacts: true,
    risk_notes: true,
    project: true,
    control_level: true,
    acceptance: true,
    report_level: true,
    max_parallel: true,
  })
  .partial();

/** Only what was given. */
export async function readFields(rim: Rim, options: FieldOptions): Promise<Partial<EditableTask>> {
  const { goal, doneCriteria, criterion, artifacts, project, minutes, tokens } = options;
  const listed = doneCriteria === undefined ? undefined : await givenJson(rim, doneCriteria, '--done-criteria');
  const criteria = Array.isArray(listed) ? [...listed, ...(criterion ?? [])] : (listed ?? criterion);
  const values = {
    title: options.title,
    goal: goal === undefined ? undefined : await givenText(rim, goal),
    done_criteria: criteria,
    constraints: options.constraint,
    execution_priority: options.priority,
    phase: options.phase,
    health: options.health,
    next_step: options.nextStep === undefined ? undefined : await givenText(rim, options.nextStep),
    last_verified_step: options.lastVerifiedStep,
    status_update_interval_seconds: options.statusInterval,
    artifacts: artifacts === undefined ? undefined : await givenJson(rim, artifacts, '--artifacts'),
    risk_notes: options.risk,
    project: project === undefined || project === '' ? project : resolve(rim.cwd, project),
    control_level: options.level,
    acceptance: options.acceptance,
    report_level: options.reportLevel,
    max_parallel: options.maxParallel,
  };
  if (Array.isArray(criteria) && criteria.some((text) => typeof text === 'string' && text.trim() === '')) {
    throw new PerdureError('usage', 'A done criterion is empty; say what has to be true.');
  }
  const fields = parsed(editable, compact(values), 'The task');
  const budget = compact({ minutes, tokens });
  const given = Object.keys(budget).length === 0 ? undefined : budget;
  return { ...(fields as Partial<EditableTask>), ...compact({ budget: given }) };
}
