'use strict';

/**
 * Lifecycle hooks for Strapi that check an entry before it is published.
 *
 *   // src/api/article/content-types/article/lifecycles.js
 *   module.exports = require('../../../../../proofcheck')({
 *     fields: { title: 'text', content: 'markdown' },
 *   });
 *
 * options.fields    attributes that are read, and their formats: text, markdown, html, or blocks
 *                   (Strapi's own rich text)
 * options.url       the server; PROOFCHECK_URL, or http://127.0.0.1:8787
 * options.token     PROOFCHECK_TOKEN, or none
 * options.profile   general, gov, news or ad; without it as the server is set
 * options.failOpen  true publishes what could not be checked, with a warning in the log; false,
 *                   the default, does not (fail-closed)
 * options.timeout   milliseconds, 5000
 *
 * What is refused is an ApplicationError, which the administration shows and the API answers with
 * status 400; its details hold the findings of each field.
 */
module.exports = function proofcheck(options) {
  const settings = {
    url: process.env.PROOFCHECK_URL || 'http://127.0.0.1:8787',
    token: process.env.PROOFCHECK_TOKEN || '',
    failOpen: false,
    timeout: 5000,
    ...options,
  };
  const names = Object.keys(settings.fields || {});
  if (names.length === 0) {
    throw new Error('proofcheck: no fields; say for instance fields: { content: "markdown" }');
  }

  async function ask(text, format) {
    const response = await fetch(`${settings.url}/v1/check`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(settings.token ? { authorization: `Bearer ${settings.token}` } : {}),
      },
      body: JSON.stringify({ content: text, format, ...(settings.profile ? { profile: settings.profile } : {}) }),
      redirect: 'error',
      signal: AbortSignal.timeout(settings.timeout),
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(`${response.status} ${answer.detail || ''}`);
    }
    if (!['pass', 'warn', 'block'].includes(answer.verdict)) {
      throw new Error('what answers is no proofcheck server');
    }
    return answer;
  }

  async function check(entry) {
    const details = {};
    const words = [];
    for (const name of names) {
      const format = settings.fields[name];
      const text = format === 'blocks' ? plain(entry[name]) : entry[name];
      if (typeof text !== 'string' || text.trim() === '') {
        continue;
      }
      let answer;
      try {
        answer = await ask(text, format === 'blocks' ? 'text' : format);
      } catch (error) {
        const why = `proofcheck could not check ${name}: ${error.message}`;
        if (!settings.failOpen) {
          refuse(`${why}; nothing is published unchecked`, {});
        }
        strapi.log.warn(`${why}; published unchecked`);
        continue;
      }
      if (answer.verdict === 'block') {
        details[name] = answer.findings;
        for (const finding of answer.findings.filter((each) => each.level === 'error')) {
          words.push(finding.suggestions.length ? `${finding.text} → ${finding.suggestions[0]}` : finding.text);
        }
      }
    }
    if (Object.keys(details).length > 0) {
      refuse(`proofcheck: ${words.slice(0, 5).join(', ')}`, { proofcheck: details });
    }
  }

  return {
    async beforeCreate(event) {
      if (event.params.data.publishedAt) {
        await check(event.params.data);
      }
    },
    async beforeUpdate(event) {
      const { data, where } = event.params;
      // An update brings what changes; the rest is as it was.
      const old = await strapi.db.query(event.model.uid).findOne({ where });
      const entry = { ...old, ...data };
      const changed = names.some((name) => name in data && JSON.stringify(data[name]) !== JSON.stringify((old || {})[name]));
      if (entry.publishedAt && (changed || !(old && old.publishedAt))) {
        await check(entry);
      }
    },
  };
};

/* The text of Strapi's blocks: each on lines of its own. */
function plain(blocks) {
  const inline = (node) => (typeof node.text === 'string' ? node.text : (node.children || []).map(inline).join(''));
  const lines = (node) => (node.type === 'list' ? (node.children || []).flatMap(lines) : [inline(node)]);
  return Array.isArray(blocks) ? blocks.flatMap(lines).join('\n\n') : blocks;
}

function refuse(message, details) {
  const { errors } = require('@strapi/utils');
  throw new errors.ApplicationError(message, details);
}
