/** What the package of the Model Context Protocol takes from where it runs, without its validator: see the bundle. */

export { default as process } from 'node:process';

export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new TypeError('the bundle has no validator of JSON Schema');
  }
}
