import { createSchemaChecks } from '@perdure/schema-check';
import { describe, expect, test } from 'vitest';
import { answerFaults } from '../../src/agents/answer-faults.ts';
import { sectionNames } from '../../src/agents/definition.ts';
import { agentTemplate } from '../../src/agents/template.ts';
import { parseAgentFile } from '../../src/agents/parse-agent-file.ts';
import { agentText, contract, parse, problemsOf } from '../../src/testing.ts';

const { check } = createSchemaChecks();
const withSchema = (text: string) => agentText({ sections: { 'Output Contract': text } });
const block = (json: string) => withSchema(`\`\`\`json\n${json}\n\`\`\``);

describe('a file that is taken', () => {
  test('gives front matter, defaults, and the schema that answers are held against', async () => {
    const parsed = parse(agentText({ frontMatter: 'name: helper\ndescription: Helps.\ntemperature: 0.2' }));
    if (parsed.kind !== 'parsed') throw new Error('refused');
    const { instructions, output, ...rest } = parsed.agent;
    expect(rest).toEqual({ name: 'helper', description: 'Helps.', temperature: 0.2, tools: [], maxTurns: 8 });
    expect(output['required']).toEqual(['answer']);
    expect(await answerFaults(check, { output }, { answer: 'yes' })).toEqual([]);
    expect(await answerFaults(check, { output }, { answer: 1, owner: 'me' })).toEqual([
      'the answer must NOT have additional properties (owner)',
      '/answer must be string',
    ]);
    expect(instructions).toContain('"additionalProperties": false');
  });

  test('gives the same instructions whatever the order, level and case of its headings, and whatever its line ends', () => {
    const usual = agentText();
    const [head = '', ...sections] = usual.split(/^(?=## )/m);
    const turned = sections
      .toReversed()
      .join('\n')
      .replaceAll(/^## (.*)$/gm, (_, name: string) => `# ${name.toUpperCase()}`);
    const odd = `\uFEFF${head}${turned}`.replaceAll('\n', '\r\n').replace('SELF-VALIDATION', 'Self validation ##');
    const [a, b] = [parse(usual), parse(odd)];
    if (a.kind !== 'parsed' || b.kind !== 'parsed') throw new Error('refused');
    expect(b.agent.instructions).toBe(a.agent.instructions);
    const positions = sectionNames.map((name) => a.agent.instructions.indexOf(`# ${name}\n`));
    expect(positions).toEqual(positions.toSorted((x, y) => x - y));
    expect(positions).not.toContain(-1);
  });

  test('keeps headings that name no section, and headings inside code, as text of the section around them', () => {
    const text = agentText({ sections: { Role: 'You help.\n\n### Style\n\n```\n# Goal\n```' } });
    const parsed = parse(text);
    expect(parsed.kind === 'parsed' && parsed.agent.instructions).toContain('### Style\n\n```\n# Goal\n```');
  });

  test('may name tools that are known', () => {
    const text = agentText({ frontMatter: 'name: helper\ndescription: Helps.\ntools: [http-get]' });
    const tools = { knownTools: new Set(['http-get']), disabledTools: new Map([['shell', 'Not for now.']]) };
    expect(parse(text, tools)).toMatchObject({ kind: 'parsed', agent: { tools: ['http-get'] } });
  });
});

describe('sections', () => {
  test.each(sectionNames)('a file without "%s" is refused, naming the section and the remedy', (name) => {
    const [problem, ...others] = problemsOf(agentText({ sections: { [name]: null } }));
    expect(problem).toMatch(new RegExp(`^helper/AGENT\\.md:\\d+: the section "${name}" is missing; add "## ${name}"`));
    expect(others).toEqual([]);
  });

  test.each(sectionNames)('an empty "%s" is refused at its line', (name) => {
    const text = agentText({ sections: { [name]: ' ' } });
    const line = text.split('\n').indexOf(`## ${name}`) + 1;
    expect(problemsOf(text)).toContain(
      `helper/AGENT.md:${line}: the section "${name}" is empty; say what holds, or "None.".`,
    );
  });

  test('a section given twice is refused, naming both lines', () => {
    const [problem] = problemsOf(agentText({ sections: { Role: 'One.\n\n# role\n\nTwo.' } }));
    expect(problem).toContain('AGENT.md:10: the section "Role" was already given at line 6; merge the two, or write');
    const [again] = problemsOf(agentText({ sections: { Goal: 'One.\n\n## Role\n\nTwo.' } }));
    expect(again).toContain('write "### Role" if this heading belongs to the text of another section');
  });

  test('a deeper heading that says the name of a section is a part of the text around it', () => {
    const inner = 'You help.\n\n### Goal\n\nTo help.\n\n### Tools\n\nNone of them.';
    const parsed = parse(agentText({ sections: { Role: inner, Guardrails: '### Inputs\n\nAre material.' } }));
    expect(parsed).toMatchObject({ kind: 'parsed', agent: { instructions: expect.stringContaining(inner) } });
    expect(parsed).toMatchObject({ agent: { instructions: expect.stringContaining('### Inputs\n\nAre material.') } });
  });

  test('the title of an agent may be the name of a section', () => {
    expect(problemsOf(agentText().replace('## Role', '# Tools\n\n## Role'))).toEqual([]);
  });

  test('one section above the others is one of them', () => {
    expect(problemsOf(agentText().replace('## Role', '# Role'))).toEqual([]);
    expect(problemsOf(agentText().replace('## Guardrails', '# Guardrails'))).toEqual([]);
  });

  test('a section below the level of the others is missing, and its heading is named', () => {
    const text = agentText().replace('## Goal', '### Goal');
    const line = text.split('\n').indexOf('### Goal') + 1;
    expect(problemsOf(text)).toEqual([
      `helper/AGENT.md:${line}: the section "Goal" is missing; if this heading is meant as one, write "## Goal" like the other sections.`,
    ]);
  });

  test('text before the first section is refused, a title is not', () => {
    expect(problemsOf(agentText().replace('## Role', '# Helper\n\n## Role'))).toEqual([]);
    expect(problemsOf(agentText().replace('## Role', 'Be nice.\n\n## Role'))[0]).toContain(
      ':6: this text stands before',
    );
  });

  test('all problems of a file are told at once, in the order of their lines', () => {
    const text = agentText({ frontMatter: 'name: other\nmood: good', sections: { Goal: '', Guardrails: null } });
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThanOrEqual(4);
    const lines = problems.map((problem) => Number(problem.split(':')[1]));
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });
});

describe('front matter', () => {
  test.each([
    ['name: other\ndescription: d', 2, 'the name "other" differs from the folder "helper"; make them the same'],
    ['name: Not A Name\ndescription: d', 2, '"Not A Name" is not a name'],
    ['description: d', 2, '"name" in the front matter must be the name of the folder'],
    ['name: helper\ndescription: "  "', 3, '"description" in the front matter must be one sentence'],
    [
      'name: helper\ndescription: d\nmood: good',
      4,
      'knows no key "mood"; remove it or use one of name, description, model',
    ],
    [
      'name: helper\ndescription: d\ntools: [shell]',
      4,
      'unknown tool "shell"; none are known, so remove it from "tools"',
    ],
    ['name: helper\ndescription: d\nmaxTurns: 0', 4, '"maxTurns" in the front matter must be at least 1'],
    ['name: helper\ndescription: d\ntemperature: hot', 4, '"temperature" in the front matter must be a number'],
    ['name: helper\ndescription: [d', 3, 'the front matter is not valid YAML'],
    ['name: helper\nname: helper\ndescription: d', 3, 'the front matter is not valid YAML'],
    ['name: *nobody\ndescription: d', 2, 'YAML aliases that cannot be resolved; write the values out'],
    ['just text', 2, 'the front matter must be a map of keys to values'],
  ])('%j is refused at line %i', (frontMatter, line, message) => {
    const [problem = ''] = problemsOf(agentText({ frontMatter }));
    expect(problem).toContain(message);
    expect(problem).toMatch(new RegExp(`^helper/AGENT\\.md:${line}: `));
  });

  test.each([
    ['shell', 'the tool "shell" is switched off: Set tools.shell to true.'],
    ['http-gte', 'unknown tool "http-gte"; known are http-get, read-file, so remove it from "tools".'],
    ['mail', 'the tool "mail" is not loaded: /p/tools/mail.ts:3: it cannot be loaded; correct the file.'],
    ['read-file, read-file', 'the tool "read-file" is listed twice; remove one of the two.'],
  ])('tools: [%s] is refused at its line, with the remedy', (list, message) => {
    const text = agentText({ frontMatter: `name: helper\ntools: [${list}]\ndescription: d` });
    const tools = {
      knownTools: new Set(['read-file', 'http-get']),
      disabledTools: new Map([['shell', 'Set tools.shell to true.']]),
      refusedTools: new Map([['mail', '/p/tools/mail.ts:3: it cannot be loaded; correct the file']]),
    };
    expect(problemsOf(text, tools)).toEqual([`helper/AGENT.md:3: ${message}`]);
  });

  test('the tools that the template shows in a comment are taken when it becomes a line', () => {
    const text = agentTemplate('helper').replace(/tools: \[\]\n# (tools: \[.*?\]).*\n/, '$1\n');
    const knownTools = new Set(['http-get', 'read-file']);
    expect(parse(text, { knownTools })).toMatchObject({ agent: { tools: ['http-get', 'read-file'] } });
  });

  test('a file without front matter is refused at line 1', () => {
    expect(problemsOf('## Role\n\nYou help.')).toEqual([
      'helper/AGENT.md:1: the file must begin with front matter: YAML between two lines of "---".',
    ]);
  });
});

describe('the Output Contract', () => {
  test.each([
    ['no block', withSchema('Some JSON.'), 'has no JSON Schema; add one block'],
    ['two blocks', withSchema(`${contract}\n\n${contract}`), 'has a second json block; keep exactly one'],
    ['an open block', withSchema('```json\n{}'), 'is not closed'],
    ['broken JSON', block('{\n  "type": "object",\n}'), 'is not valid JSON'],
    ['an array', block('{ "type": "array" }'), 'must describe an object'],
    ['a wrong keyword', block('{ "type": "object", "propertees": {} }'), 'unknown keyword: "propertees"'],
    ['a wrong type', block('{ "type": "object", "properties": { "a": { "type": "text" } } }'), 'cannot be used'],
    ['a reference to elsewhere', block('{ "type": "object", "$ref": "http://example.com/a" }'), 'cannot be used'],
    ['an asynchronous schema', block('{ "type": "object", "$async": true }'), '"$async"'],
  ])('with %s is refused', (_case, text, message) => {
    expect(problemsOf(text).join('\n')).toContain(message);
  });

  test('that is not JSON is refused at the line of the mistake', () => {
    const text = block('{\n  "type": "object",\n}');
    const mistake = text.split('\n').indexOf('}') + 1;
    expect(problemsOf(text)[0]).toMatch(new RegExp(`^helper/AGENT\\.md:${mistake}: `));
  });
});

test('the template passes the check under any name it accepts, and refuses other names', () => {
  for (const name of ['helper', 'a', '7-steps']) {
    const options = { file: 'f', folderName: name, knownTools: new Set<string>(), disabledTools: new Map() };
    const parsed = parseAgentFile(agentTemplate(name), options);
    expect(parsed).toMatchObject({ kind: 'parsed', agent: { name } });
  }
  expect(() => agentTemplate('../evil')).toThrow('cannot have this name');
});
