/** What is no package, and what of the packages it may use. */

/** Our code that is no package: it uses packages by the doors that their manifests name. */
export const outside: readonly { readonly files: RegExp; readonly may: RegExp; readonly because: string }[] = [
  {
    files: /^pipelines\//,
    may: /^packages\/perdure\/src\/index\.ts$/,
    because: 'they are written as users write them',
  },
  { files: /^chaos\//, may: /^(chaos|test\/e2e|packages)\//, because: 'what e2e starts it kills' },
  { files: /^bench\//, may: /^(bench|packages)\//, because: 'a measurement stands alone' },
  { files: /^scripts\//, may: /^(scripts|packages|pipelines|package\.json$)/, because: 'a script stands alone' },
  {
    files: /^test\/models\/third-party\//,
    may: /^(test\/(e2e|models)|packages)\//,
    because: 'it starts the product before a server of others',
  },
  {
    files: /^test\/models\/(?!third-party\/)/,
    may: /^(test\/models|packages)\//,
    because: 'a shape is known to whoever plays it',
  },
  {
    files: /^test\/e2e\//,
    may: /^(test\/(e2e|models)|packages)\//,
    because: 'they see the product from outside, and play shapes to it',
  },
];
