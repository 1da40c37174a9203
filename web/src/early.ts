// Runs before the first paint, so that a chosen theme does not flash. The rest waits for page.ts.
import { settings } from "./keep";

const { theme, lang } = settings();
if (theme !== "system") document.documentElement.dataset.theme = theme;
document.documentElement.lang = lang === "en" ? "en" : "zh-CN";
