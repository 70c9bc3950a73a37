/**
 * What the demo model has to say, before a schema gives it a form: a small tree of named facts. Schemas name the same
 * thing in many ways (`steps`, `tasks`, `actions`), so a fact is found by its name or by one that is used in its place.
 */

export type Fact = string | number | boolean | readonly Fact[] | Facts;
export interface Facts {
  readonly [name: string]: Fact;
}

export type FactKind = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** Names that stand for one another; the nearest meaning first. A name may be in several groups. */
const sameMeaning: readonly (readonly string[])[] = [
  ['title', 'name', 'heading', 'headline', 'label', 'text', 'risk', 'component'],
  ['summary', 'overview', 'abstract', 'description', 'goal', 'objective', 'purpose', 'outcome', 'text'],
  ['responsibility', 'description', 'role', 'purpose', 'summary', 'does'],
  ['goals', 'objectives', 'outcomes', 'requirements', 'successcriteria', 'scope'],
  ['nongoals', 'outofscope', 'exclusions'],
  ['assumptions', 'constraints', 'prerequisites', 'decisions'],
  ['architecture', 'components', 'modules', 'parts'],
  ['architecture', 'approach', 'overview', 'design'],
  ['technology', 'tech', 'stack', 'technologies'],
  ['milestones', 'phases', 'stages', 'roadmap', 'plan', 'steps', 'tasks'],
  ['steps', 'tasks', 'actions', 'activities', 'todo', 'work', 'deliverables'],
  [
    'checks',
    'acceptancechecks',
    'acceptancecriteria',
    'acceptance',
    'criteria',
    'donecriteria',
    'donewhen',
    'verification',
  ],
  ['effort', 'estimate', 'duration', 'estimatedeffort'],
  ['days', 'estimateddays', 'effortdays', 'durationdays'],
  ['risks', 'concerns', 'threats'],
  ['risk', 'description', 'text'],
  ['mitigation', 'response', 'countermeasure', 'fix', 'remedy'],
  ['openquestions', 'questions', 'unknowns'],
  ['testing', 'tests', 'teststrategy', 'testplan', 'quality'],
  ['feedback', 'comment', 'comments'],
  ['summary', 'message', 'rationale', 'reason', 'explanation', 'justification'],
  ['interface', 'api', 'interfaces', 'contract'],
  ['default', 'fallback', 'assumption'],
  ['issues', 'problems', 'findings', 'defects'],
  ['suggestions', 'recommendations', 'improvements'],
  ['problem', 'description', 'issue', 'summary', 'text'],
  ['fix', 'suggestion', 'recommendation', 'remedy'],
  ['where', 'location', 'path', 'section', 'field'],
  ['verdict', 'decision', 'status', 'result'],
  ['rating', 'score', 'confidence', 'grade'],
  ['text', 'question', 'statement', 'what', 'criterion', 'assumption', 'step', 'check', 'answer', 'detail', 'details'],
];

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The fact that a property of this name and kind asks for. */
export function findFact(scope: Facts, property: string, kind: FactKind | undefined): Fact | undefined {
  const name = plain(property);
  const byPlainName = new Map(Object.entries(scope).map(([key, fact]) => [plain(key), fact]));
  const names = new Set([name, ...sameMeaning.filter((group) => group.includes(name)).flat()]);
  const found = [...names].map((each) => byPlainName.get(each)).filter((fact) => fact !== undefined);
  return found.find((fact) => kind === undefined || kindOf(fact) === kind) ?? found.find((fact) => suits(fact, kind));
}

function kindOf(fact: Fact): FactKind {
  if (Array.isArray(fact)) return 'array';
  return typeof fact as Exclude<FactKind, 'array'>;
}

/** Whether a fact of another kind can still be said: a list as one text, a text as a list of one. */
function suits(fact: Fact, kind: FactKind | undefined): boolean {
  if (kind === 'string') return isTexts(fact);
  return kind === 'array' && typeof fact === 'string';
}

function isTexts(fact: Fact): fact is readonly string[] {
  return Array.isArray(fact) && fact.every((item) => typeof item === 'string');
}

/** A fact as text: of several named ones the first, which is the one they are about. */
export function asText(fact: Fact | undefined): string | undefined {
  if (fact === undefined || typeof fact === 'string') return fact;
  if (isTexts(fact)) return fact.length > 0 ? fact.join(' ') : undefined;
  return Object.values(asFacts(fact) ?? {}).find((each) => typeof each === 'string');
}

/** A fact as a list; undefined where there is none. */
export function asList(fact: Fact | undefined): readonly Fact[] | undefined {
  if (typeof fact === 'string') return [fact];
  return Array.isArray(fact) ? (fact as readonly Fact[]) : undefined;
}

/** A fact as a set of named ones; a bare text becomes the `text` of it. */
export function asFacts(fact: Fact | undefined): Facts | undefined {
  if (typeof fact === 'string') return { text: fact };
  return typeof fact === 'object' && !Array.isArray(fact) ? (fact as Facts) : undefined;
}
