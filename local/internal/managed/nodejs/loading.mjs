// Loading of handlers: "folder/module.name" or "folder/module.object.name".

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { Fault } from './errors.mjs';
import { streams } from './streaming.mjs';

// As the client's first file: its name ends the "Require stack" of what is not found.
const require = createRequire(new URL('bootstrap.mjs', import.meta.url));
const NO_CALLBACKS = 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. '
  + 'You need to modify this function to use a supported handler signature to use Node.js 24 or later. '
  + 'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

/** Loads the function's code below root, and resolves to the handler of that name. */
export async function loadHandler(root, name) {
  if (name.includes('..')) {
    throw new Fault('MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const base = path.basename(name);
  const [, module, property] = base.match(/^([^.]*)\.(.*)$/) ?? [];
  if (module === undefined) {
    throw new Fault('MalformedHandlerName', 'Bad handler');
  }
  const exports = await load(root, name.slice(0, name.indexOf(base)), module);
  const handler = property.split('.').reduce((object, key) => object?.[key], exports);
  if (!handler) {
    throw new Fault('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new Fault('HandlerNotFound', `${name} is not a function`);
  }
  // The style is told by the number of parameters, the version is the template's.
  if (!streams(handler) && handler.length > 2 && parseInt(process.env.AWS_EXECUTION_ENV?.split('nodejs')[1], 10) >= 24) {
    throw new Fault('CallbackHandlerDeprecated', NO_CALLBACKS);
  }
  return handler;
}

async function load(root, folder, module) {
  try {
    return await loadFile(path.resolve(root, folder, module))
      ?? require(require.resolve(module, { paths: [root, path.resolve(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      process.stdout.write(`${error.stack}\n`); // the place, which Lambda keeps to itself
      throw new Fault('UserCodeSyntaxError', String(error));
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw new Fault('ImportModuleError', String(error));
    }
    throw error;
  }
}

/** Tries the names that a module's file can have, in Lambda's order; undefined for none of them. */
async function loadFile(base) {
  const isModule = inModulePackage(path.dirname(base));
  const typescript = parseInt(process.versions.node, 10) >= 24;
  const candidates = [
    ['', false], ['.js', isModule], ['.mjs', true], ['.cjs', false],
    ...(typescript ? [['.ts', isModule], ['.mts', true], ['.cts', false]] : []),
  ];
  for (const [extension, asModule] of candidates) {
    const file = base + extension;
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      return asModule ? import(pathToFileURL(file)) : require(file);
    }
  }
  return undefined;
}

/** Tells whether the nearest package.json says "type": "module". */
function inModulePackage(folder) {
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    return JSON.parse(fs.readFileSync(file)).type === 'module';
  }
  const parent = path.dirname(folder);
  return parent !== folder && path.basename(folder) !== 'node_modules' && inModulePackage(parent);
}
