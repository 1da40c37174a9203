// Calls the lifecycle hooks as Strapi does and says what became of each entry.
const make = require(process.argv[2]);

let stored = null;
let warned = false;
global.strapi = {
  db: { query: () => ({ findOne: async () => stored }) },
  log: { warn: () => { warned = true; } },
};
const fields = { title: 'text', body: 'markdown', more: 'blocks' };

async function say(name, action) {
  warned = false;
  try {
    await action();
    console.log(`${name}: saved${warned ? ', with a warning' : ''}`);
  } catch (error) {
    const where = Object.keys(error.details.proofcheck || {});
    console.log(`${name}: refused, ${where.length ? `${error.message}, findings in ${where.join(', ')}` : error.message.split('; ')[1]}`);
  }
}

async function main() {
  const hooks = make({ fields });
  const model = { uid: 'api::article.article' };
  const wrong = { title: '工作己经完成', body: '大家要再接再励。' };
  const now = new Date();
  await say('draft', () => hooks.beforeCreate({ model, params: { data: { ...wrong, publishedAt: null } } }));
  await say('publish', () => hooks.beforeCreate({ model, params: { data: { ...wrong, publishedAt: now } } }));
  await say('right', () => hooks.beforeCreate({ model, params: { data: { title: '工作已经完成', publishedAt: now } } }));
  stored = { title: '工作已经完成', body: '好。', publishedAt: now };
  await say('update', () => hooks.beforeUpdate({ model, params: { where: { id: 1 }, data: { body: '会议按步就班地进行。' } } }));
  stored = { ...wrong, publishedAt: now };
  await say('other attribute', () => hooks.beforeUpdate({ model, params: { where: { id: 1 }, data: { views: 7 } } }));
  await say('open', () => make({ fields, failOpen: true }).beforeCreate({ model, params: { data: { ...wrong, publishedAt: now } } }));
}

main();
