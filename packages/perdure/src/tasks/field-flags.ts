/** The flags of the fields that `create` and `update` set, and of the milestones that `create` plans. */

import { acceptancePolicies, type AcceptancePolicy } from '@perdure/contract';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { repeated, wholeNumber } from '../cli/options.ts';

export interface FieldOptions {
  readonly title?: string;
  readonly goal?: string;
  readonly doneCriteria?: string;
  readonly criterion?: readonly string[];
  readonly constraint?: readonly string[];
  readonly risk?: readonly string[];
  readonly artifacts?: string;
  readonly priority?: 'time' | 'tokens';
  readonly phase?: string;
  readonly health?: string;
  readonly nextStep?: string;
  readonly lastVerifiedStep?: string;
  readonly statusInterval?: number;
  readonly project?: string;
  readonly level?: number;
  readonly reportLevel?: number;
  readonly acceptance?: AcceptancePolicy;
  readonly maxParallel?: number;
  readonly minutes?: number;
  readonly tokens?: number;
}

export function withFields(command: Command): Command {
  return command
    .option('--title <line>', 'what it is, in a line')
    .option('--goal <text>', 'what is to be reached; - for stdin')
    .option('--done-criteria <json>', 'all criteria as a JSON array of texts; - for stdin')
    .option('--criterion <text>', 'a done criterion; repeat it for more', repeated)
    .option('--constraint <text>', 'what must be kept to; repeat it for more', repeated)
    .option('--risk <text>', 'what may go wrong; repeat it for more', repeated)
    .option('--artifacts <json>', 'JSON array of objects; - for stdin')
    .addOption(new Option('--priority <what>', 'what counts more').choices(['time', 'tokens']))
    .option('--phase <line>', 'planning, building, …')
    .option('--health <line>', 'healthy, blocked, …')
    .option('--next-step <text>', 'what comes next')
    .option('--last-verified-step <text>', 'the last step that is known to be right')
    .option(
      '--status-interval <seconds>',
      'how often it is reported; 0: as configured',
      wholeNumber('--status-interval', 0, 1e9),
    )
    .option(
      '--report-level <number>',
      '0 (its end) to 4 (all): how much is reported',
      wholeNumber('--report-level', 0, 4),
    )
    .option('--project <folder>', 'the project it belongs to')
    .option('--level <number>', '0 (trivial) to 4: how much process it earns', wholeNumber('--level', 0, 4))
    .addOption(new Option('--acceptance <policy>', 'whose word counts at the gate').choices(acceptancePolicies))
    .option(
      '--max-parallel <count>',
      'lanes at once; 0: as the priority says (time: 3, tokens: 1)',
      wholeNumber('--max-parallel', 0, 100),
    )
    .option('--minutes <count>', 'budget of time', wholeNumber('--minutes', 1, 1e7))
    .option('--tokens <count>', 'budget of tokens', wholeNumber('--tokens', 1, 1e12));
}

/** `id: title`, or an id alone. */
export function milestoneFlag(value: string, before: readonly MilestoneText[] | undefined): readonly MilestoneText[] {
  const [id = '', ...rest] = value.split(':');
  if (id.trim() === '') throw new InvalidArgumentError('Write "id: title".');
  return [...(before ?? []), { id: id.trim(), title: rest.join(':').trim() || id.trim() }];
}

export interface MilestoneText {
  readonly id: string;
  readonly title: string;
}
