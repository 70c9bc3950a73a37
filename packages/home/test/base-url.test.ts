import { describe, expect, it } from 'vitest';
import { checkBaseUrl } from '../src/index.ts';

describe('the address of a model server', () => {
  it.each([
    'http://127.0.0.1:7378/v1',
    'http://localhost:8080',
    'https://openrouter.ai/api/v1',
    'https://api.deepseek.com',
    'https://gateway.example/v1/account/v1',
    'https://host/v1/',
    'http://[::1]:8000/v1',
    'https://host/openai/deployments/gpt',
  ])('%s is taken as it is', (url) => {
    expect(checkBaseUrl(url)).toEqual({ kind: 'taken', url });
  });

  it.each([
    ['https://host/v1?api-version=1', 'has a query, which would end up in the middle of the path', 'https://host/v1'],
    ['https://host/v1?', 'has a query', 'https://host/v1'],
    ['https://host/v1#key', 'has a fragment', 'https://host/v1'],
    ['https://host/v1/chat/completions', 'ends in "/chat/completions", which is added to it', 'https://host/v1'],
    ['https://host/v1/messages/', 'ends in "/messages", which is added to it', 'https://host/v1'],
    ['https://host/v1/v1', 'says "/v1" twice', 'https://host/v1'],
    ['https://host/v1/v1/chat/completions', 'and says "/v1" twice', 'https://host/v1'],
    ['https://host//v1', 'has two slashes in its path', 'https://host/v1'],
    ['http://host/ v1', 'has a blank in it', 'http://host/v1'],
    ['https://api.openai.com', 'lacks the path "/v1" of that server', 'https://api.openai.com/v1'],
    ['https://openrouter.ai/', 'lacks the path "/api/v1"', 'https://openrouter.ai/api/v1'],
    ['http://localhost:11434', 'lacks the path "/v1"', 'http://localhost:11434/v1'],
    ['http://192.168.1.5:1234/', 'lacks the path "/v1"', 'http://192.168.1.5:1234/v1'],
    ['localhost:11434', 'does not begin with http:// or https://', 'http://localhost:11434/v1'],
    ['127.0.0.1:8080/v1', 'does not begin with http:// or https://', 'http://127.0.0.1:8080/v1'],
    ['api.openai.com/v1', 'does not begin with http:// or https://', 'https://api.openai.com/v1'],
  ])('%s is refused, with what to write instead', (raw, why, instead) => {
    expect(checkBaseUrl(raw)).toEqual({ kind: 'refused', why: expect.stringContaining(why), instead });
  });

  it.each(['nonsense', 'ftp://host/v1', 'sk-hunter2', 'https://user:hunter2@host/v1'])(
    '%s is refused without a guess',
    (raw) => {
      expect(checkBaseUrl(raw)).toEqual({ kind: 'refused', why: expect.stringContaining('is no http(s) address') });
    },
  );

  it.each([
    'https://host/v1?key=hunter2',
    'https://host/v1#hunter2',
    'https://user:hunter2@host/v1?a',
    'user:hunter2@host.example/v1',
  ])('is never quoted with the secret in it: %s', (raw) => {
    expect(JSON.stringify(checkBaseUrl(raw))).not.toContain('hunter2');
  });
});
