/**
 * What a schema's check found, as people read it: every field that is wrong, with what it may be. Pure. Of a choice
 * between forms (`anyOf`) the check tells what is wrong with each; told on is the one that was meant, or what they
 * agree on.
 */

import { compact } from '@perdure/contract';
import type { CheckProblem } from '@perdure/schema-check';

export interface SchemaProblem {
  /** The name given to the whole value, or a path below it: `answer.verdict`. */
  readonly field: string;
  readonly message: string;
}

/** Something wrong at `path`: with `allowed` or `types` not one of these, else as `message` says. */
interface Finding {
  /** JSON pointer; of a member that is missing or unknown with that member. */
  readonly path: string;
  readonly message?: string;
  /** As JSON. */
  readonly allowed?: readonly string[];
  readonly types?: readonly string[];
}

export function problemsOf(errors: readonly CheckProblem[], name: string): readonly SchemaProblem[] {
  return findingsIn(errors).map((finding) => {
    const path = finding.path.split('/').slice(1).map(unescapePointer);
    return { field: [name, ...path].join('.'), message: messageOf(finding) };
  });
}

function messageOf({ message, allowed = [], types = [] }: Finding): string {
  if (message !== undefined) return message;
  const values = allowed.length > 1 ? `one of ${allowed.join(', ')}` : allowed.join();
  return `must be ${[values, types.join(' or ')].filter((part) => part !== '').join(', or ')}`;
}

function findingsIn(errors: readonly CheckProblem[]): readonly Finding[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const outermost = choices.filter((choice) => !choices.some((other) => isBelow(choice, other)));
  const plain = errors.filter((error) => !outermost.some((choice) => error === choice || isBelow(error, choice)));
  const found = [
    ...plain.map(findingOf),
    ...outermost.flatMap((choice) =>
      choiceFindings(
        choice,
        errors.filter((error) => isBelow(error, choice)),
      ),
    ),
  ];
  // Of a list of values it goes without saying of which type they are.
  return found.filter(({ path, types, allowed }) => {
    return !(types && !allowed && found.some((other) => other.path === path && other.allowed));
  });
}

/** Within one of the forms of this choice, and of no other item of a list. */
function isBelow(error: CheckProblem, choice: CheckProblem): boolean {
  const isOfValue = `${error.instancePath}/`.startsWith(`${choice.instancePath}/`);
  return isOfValue && error.schemaPath.startsWith(`${choice.schemaPath}/`);
}

function findingOf({ instancePath: path, keyword, params, message = 'is not valid' }: CheckProblem): Finding {
  switch (keyword) {
    case 'required':
      return { path: memberOf(path, params['missingProperty']), message: 'is missing' };
    case 'additionalProperties':
      return { path: memberOf(path, params['additionalProperty']), message: 'is unknown' };
    case 'enum':
      return { path, allowed: (params['allowedValues'] as readonly unknown[]).map((value) => JSON.stringify(value)) };
    case 'const':
      return { path, allowed: [JSON.stringify(params['allowedValue'])] };
    case 'type':
      return { path, types: [params['type'] as string | string[]].flat() };
    default:
      return { path, message };
  }
}

function choiceFindings(choice: CheckProblem, inside: readonly CheckProblem[]): readonly Finding[] {
  const at = choice.schemaPath.length + 1;
  const forms = [...Map.groupBy(inside, ({ schemaPath }) => schemaPath.slice(at).split('/')[0]).values()].map(
    findingsIn,
  );
  const [meant, ...others] = forms.filter((form) => !form.some((finding) => tellsApart(finding, choice.instancePath)));
  if (meant !== undefined && others.length === 0) return meant;
  const shared = sharedFindings(forms);
  return shared.length > 0
    ? shared
    : [{ path: choice.instancePath, message: 'has none of the forms that it may have' }];
}

/** Forms differ by their type, or by a member that holds one value in each. */
function tellsApart({ path, allowed, types }: Finding, of: string): boolean {
  const isMember = path.startsWith(`${of}/`) && !path.slice(of.length + 1).includes('/');
  return path === of ? (allowed ?? types) !== undefined : isMember && allowed !== undefined;
}

/** What is wrong in each form at the same place, with what any of them allows there. */
function sharedFindings([first = [], ...others]: readonly (readonly Finding[])[]): readonly Finding[] {
  return first.flatMap((finding) => {
    const same = [finding, ...others.flatMap((form) => form.find((each) => isAlike(each, finding)) ?? [])];
    if (same.length <= others.length) return [];
    if (finding.message !== undefined) return [finding];
    const allowed = new Set(same.flatMap((each) => each.allowed ?? []));
    const types = new Set(same.flatMap((each) => each.types ?? []));
    const { path } = finding;
    return [
      {
        path,
        ...compact({
          allowed: allowed.size > 0 ? [...allowed] : undefined,
          types: types.size > 0 ? [...types] : undefined,
        }),
      },
    ];
  });
}

function isAlike(one: Finding, other: Finding): boolean {
  return one.path === other.path && one.message === other.message;
}

function memberOf(path: string, member: unknown): string {
  return `${path}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
