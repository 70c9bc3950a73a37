/** A form that ends with headers to choose from, as whoever delegates something sends one: filled in. Pure. */

import { demoNotice, planFacts } from './facts/plan.ts';
import { readSubject } from './facts/subject.ts';
import { fillSchema } from './schema/fill.ts';
import { parseObject } from './wanted-schema.ts';

const form =
  /^tag: .+\ntask_id: (?<task>.+)\nline: (?<line>.+)\nnode: (?<node>.+)\ngoal_status: .+\nnext_role: .+(?:\n\n[^\n]*JSON Schema:\n(?<schema>\{.*\}))?/gm;

/** The last form of the conversation, filled in; undefined: there is none. Throws where its schema is beyond it. */
export function filledForm(conversation: string): string | undefined {
  const found = [...conversation.matchAll(form)].at(-1)?.groups;
  if (found === undefined) return undefined;
  const { task, line, node, schema } = found;
  const before = conversation.slice(0, conversation.lastIndexOf(`task_id: ${task}`));
  const head = [
    'tag: done',
    `task_id: ${task}`,
    `line: ${line}`,
    `node: ${node}`,
    'goal_status: complete',
    'next_role: main',
  ];
  const wanted = schema === undefined ? undefined : parseObject(schema);
  const facts = planFacts(before, { feedback: undefined });
  const output = wanted && fillSchema(wanted, facts, { about: readSubject(before).the });
  const data = output === undefined ? [] : ['', '```json', JSON.stringify(output), '```'];
  return [...head, '', demoNotice, ...data].join('\n');
}
