/** Reports: a task in a line or more, and where that goes. */

import { deliveryMethods } from '@perdure/contract';
import { Option, type Command } from 'commander';
import { leaf, type Declaration } from '../cli/declaration.ts';
import { wholeNumber, type CommonOptions } from '../cli/options.ts';
import type { BindOptions } from './bind.ts';
import type { CronOptions } from './cron.ts';
import type { DeliveriesOptions } from './deliveries.ts';
import type { ReportOptions } from './report.ts';
import type { TickOptions } from './tick.ts';
import { withWrite } from './write-flags.ts';

const statusLineHelp = `
The line, as the original prints it:
  task [#####.....]  50% | proj [###.......]  33% | ms 1/3 | <phase> | <health> | <milestone> | next: <next step>
  task: the milestone at work; proj: the mean of all; ms: those done; dropped ones do not count`;

export function declareSweep(task: Command, { rim, run }: Declaration): void {
  leaf(task, 'tick', {
    summary: 'Report what is due of all tasks, and send what waits',
    example: 'perdure task tick --json',
  })
    .option('--waiting', 'only send what waits, and print nothing of it')
    .action(run(async (options: TickOptions) => (await import('./tick.ts')).tickOnce(rim, options)));
  leaf(task, 'cron', {
    summary: 'Have cron call tick; `perdure up` does without',
    example: 'perdure task cron --apply --every 5',
  })
    .option('--print', 'show the entry')
    .option('--apply', 'put it into the crontab of this account, or renew it there')
    .option('--remove', 'take it out')
    .option('--every <minutes>', '1 to 60, an equal part of an hour', wholeNumber('--every', 1, 60), 1)
    .action(run(async (options: CronOptions) => (await import('./cron.ts')).cron(rim, options)));
  leaf(task, 'deliveries <id>', {
    summary: 'Its reports that have not arrived for certain',
    example: 'perdure task deliveries ship --resend 3',
  })
    .option('--all', 'also those that have, newest first')
    .option('--resend <number>', 'send this one again', wholeNumber('--resend', 1, 1e9))
    .option('--dismiss <number>', 'drop this one', wholeNumber('--dismiss', 1, 1e9))
    .action(
      run(async (id: string, options: DeliveriesOptions) =>
        (await import('./deliveries.ts')).deliveriesOf(rim, id, options),
      ),
    );
}

export function declareReports(task: Command, { rim, run }: Declaration): void {
  leaf(task, 'status <id>', { summary: 'The task in one line, with bars', example: 'perdure task status ship' })
    .addHelpText('after', statusLineHelp)
    .action(
      run(async (id: string, options: CommonOptions) => (await import('./report.ts')).statusOne(rim, id, options)),
    );
  leaf(task, 'report <id>', { summary: 'The task as it is reported', example: 'perdure task report ship --level 3' })
    .option('--level <number>', '0 (a word) to 4 (its plan as JSON)', wholeNumber('--level', 0, 4))
    .action(
      run(async (id: string, options: ReportOptions) => (await import('./report.ts')).reportOne(rim, id, options)),
    );
  withWrite(
    leaf(task, 'bind <id> [command...]', {
      summary: 'Say where its reports go',
      example:
        'perdure task bind ship --method webhook --url https://hooks.example.com/ship --secret env:SHIP_HOOK_SECRET',
    }),
  )
    .addOption(new Option('--method <method>', 'by which way').choices(deliveryMethods))
    .option('--none', 'nowhere any more')
    .option('--url <url>', 'webhook: the address, or env:NAME where it holds a secret')
    .option('--secret <env:NAME>', 'webhook: the variable with the secret that signs')
    .option('--dedupe', 'webhook, command: it acts once on the same key, so what may be lost is sent again')
    .option('--channel <name>', 'openclaw: telegram, slack, …')
    .option('--target <chat>', 'openclaw: the chat')
    .option('--account <id>', 'openclaw: the account of the channel')
    .action(
      run(async (id: string, command: readonly string[], options: BindOptions) =>
        (await import('./bind.ts')).bindTask(rim, { id, command }, options),
      ),
    );
}
