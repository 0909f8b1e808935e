// The widget's own words in the language of the page. One page, one language.
import { en } from "./texts.en.js";
import { tw } from "./texts.tw.js";
import { zh } from "./texts.zh.js";

/** The words in use; `useLanguage` changes them. */
export const texts = { ...zh };

/** Takes the words for a language tag: zh-TW and zh-HK, en, else zh-CN. */
export function useLanguage(tag) {
  const wanted = (tag || "").toLowerCase();
  const traditional = /^zh-(tw|hk|mo|hant)/.test(wanted);
  Object.assign(texts, traditional ? tw : wanted.startsWith("en") ? en : zh);
}
