// The service as the page sees it: POST /v1/check and its neighbours. Addresses are relative to
// the page, so that it also works behind a proxy that puts it in a folder.
import { token } from "./keep";

export interface Position {
  offset: number;
  line: number;
  column: number;
  /** UTF-16 code units from the start of the content, as strings count here */
  utf16: number;
}

export type Level = "error" | "warning" | "info";
export const levels: Level[] = ["error", "warning", "info"];

export interface Finding {
  rule: string;
  category: string;
  level: Level;
  start: Position;
  end: Position;
  text: string;
  message: string;
  source: string;
  confidence: number;
  suggestions: string[];
  safe: boolean;
  fingerprint: string;
  context: string;
  clause?: "veto" | "deduct" | "advise";
  pack?: string;
  hidden?: boolean;
  /** of the first suggestion, when it can be applied; already escaped for the format */
  edits?: { start: Position; end: Position; new: string }[];
}

export interface Answer {
  id: string;
  verdict: "pass" | "warn" | "block";
  error_rate: number;
  characters: number;
  findings: Finding[];
  timing: { queued_ms: number; check_ms: number };
  versions: { tool: string; rules: string; profile: string };
}

export interface Question {
  content: string;
  format: string;
  /** absent where a policy is locked, which chooses it */
  profile?: string;
  lang: string;
  /** so that policies and the audit can tell the page's checks from others */
  channel: "page";
  /** what a report calls the draft */
  id?: string;
  skip?: string[];
  baseline?: string[];
}

export interface Rule {
  id: string;
  title: string;
  /** what a finding adds to the error rate, CY/T 266-2023 */
  weight: number;
  /** judges a draft as a whole: on a part of it, it says something else */
  whole: boolean;
}

/** A Failure says why the service did not answer as it was asked to. */
export class Failure extends Error {
  constructor(
    readonly kind: "gone" | "large" | "busy" | "token" | "locked" | "forbidden" | "other",
    readonly detail: string,
    /** milliseconds after which to ask again, 0 when that is no use */
    readonly retry: number,
  ) {
    super(detail);
  }
}

export async function check(q: Question, signal: AbortSignal): Promise<Answer> {
  return (await call("POST", "v1/check", q, signal)).json();
}

/** report returns the report on a draft as a file of a media type. */
export async function report(q: Question, type: string): Promise<Blob> {
  return (await call("POST", "v1/check", q, undefined, type)).blob();
}

export async function rules(lang: string): Promise<Rule[]> {
  const answer = await call("GET", "v1/rules?lang=" + lang);
  most = Number(answer.headers.get("Proofcheck-Max-Body")) || most;
  return answer.json();
}

let most = 8 << 20;

/** limit returns how many bytes the service takes at a time: what it has said, or what is usual before. */
export function limit(): number {
  return most;
}

export async function allow(word: string, reason: string): Promise<void> {
  await call("POST", "v1/allow", { word, reason });
}

export async function disallow(word: string): Promise<void> {
  await call("DELETE", "v1/allow", { word });
}

async function call(method: string, path: string, body?: unknown, signal?: AbortSignal, accept = "application/json"): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept, "X-Proofcheck": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token()) headers.Authorization = "Bearer " + token();
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, cache: "no-store" });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Failure("gone", "", 2000);
  }
  if (answer.ok) return answer;
  throw await failure(answer);
}

async function failure(answer: Response): Promise<Failure> {
  let detail = "";
  let code = "";
  try {
    const problem = await answer.json();
    code = String(problem.code ?? "");
    detail = String(problem.detail ?? problem.title ?? "");
  } catch {
    detail = answer.statusText;
  }
  const after = Number(answer.headers.get("Retry-After"));
  const retry = after > 0 ? Math.min(after, 60) * 1000 : 2000;
  switch (answer.status) {
    case 401:
      return new Failure("token", detail, 0);
    case 403:
      if (code === "policy-locked") return new Failure("locked", detail, 0);
      return new Failure("forbidden", detail, 0);
    case 413:
      return new Failure("large", detail, 0);
    case 429:
    case 503:
      return new Failure("busy", detail, retry);
    case 502:
    case 504:
      return new Failure("gone", detail, retry);
  }
  return new Failure("other", `${answer.status} ${detail}`, 0);
}
