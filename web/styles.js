// The widget's look. Sizes are in em of :host's font, so that the large type of 长辈版 scales all of it.

const dark = `
  color-scheme: dark;
  --ink: #e6efeb; --soft: #a9bab3; --line: #34443d; --paper: #18231f; --ground: #101915;
  --brand: #0e6b57; --brand-deep: #0a5546; --link: #7fd3bb; --link-deep: #a4e3d0; --tint: #1d322b;
  --gold: #f0c060; --gold-tint: #2e2613; --gold-ink: #f2d79a; --gold-line: #5a4820;
  --alarm: #b8332b; --alarm-tint: #331a18; --alarm-ink: #ffb4ab; --alarm-line: #6b2d28;
  --field: #5d726a; --chip: #4d6b60; --hint: #93a59d; --waiting: #4a5b54; --off: #45534d;
`;

// A page may set any of these on jinwen-chat: what stands outside goes before :host.
const css = `
:host {
  --ink: #1c2b26; --soft: #55655f; --line: #dbe4df; --paper: #ffffff; --ground: #f4f7f5;
  --brand: #0e5a4a; --brand-deep: #0a4538; --link: #0e5a4a; --link-deep: #0a4538; --tint: #e6f1ed;
  --gold: #8a5a00; --gold-tint: #fdf6e7; --gold-ink: #5d3d00; --gold-line: #f0dfb8;
  --alarm: #b3261e; --alarm-tint: #fdf0ee; --alarm-ink: #8c1d18; --alarm-line: #f3cfcb;
  --field: #9fb3ab; --chip: var(--chip); --hint: #64756e; --waiting: #5c6f68; --off: #9aa8a2;
  font: 16px/1.6 -apple-system, BlinkMacSystemFont, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei",
    "Noto Sans CJK SC", "Source Han Sans SC", sans-serif;
  color: var(--ink); text-align: start; letter-spacing: normal; font-variant-numeric: tabular-nums;
}
:host([large]) { font-size: 21px; --soft: #3c4a45; --line: #b9c7c0; }
:host([theme="dark"]) {${dark}}
@media (prefers-color-scheme: dark) { :host([theme="auto"]) {${dark}} }
:host([mode="inline"]) { display: block; height: 100%; min-height: 20em; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; padding: 0; -webkit-tap-highlight-color: transparent; }
:focus-visible { outline: 3px solid #d08a00; outline-offset: 2px; border-radius: 4px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { width: 1.35em; height: 1.35em; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round;
  stroke-linejoin: round; display: block; }

.launcher { position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right));
  bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: .5em; padding: .75em 1.15em;
  border-radius: 2em; background: var(--brand); color: #fff; box-shadow: 0 6px 24px rgb(10 69 56 / .32); }
.launcher:hover { background: var(--brand-deep); }
.badge { position: absolute; top: -.4em; right: -.2em; min-width: 1.5em; padding: 0 .4em; border-radius: 1em;
  background: var(--alarm); color: #fff; font-size: .8em; text-align: center; }

.panel { position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right));
  bottom: max(20px, env(safe-area-inset-bottom)); width: min(25.5em, calc(100vw - 40px));
  height: min(42em, calc(100dvh - 40px)); display: flex; flex-direction: column; overflow: hidden;
  border-radius: 16px; background: var(--ground); box-shadow: 0 12px 48px rgb(16 40 33 / .28); }
:host([large]) .title h2 { font-size: .95em; }
:host([large]) .panel { width: min(27em, calc(100vw - 40px)); }
:host([mode="inline"]) .panel { position: relative; inset: auto; width: 100%; height: 100%; border-radius: inherit;
  box-shadow: none; }

header { display: flex; align-items: center; gap: .7em; padding: .75em .9em; background: var(--brand); color: #fff; }
.mark { width: 2em; height: 2em; flex: none; fill: #fff; }
.title { flex: 1; min-width: 0; }
.title h2 { margin: 0; font-size: 1.05em; line-height: 1.3; font-weight: 600; text-wrap: balance; }
.title p { margin: .1em 0 0; font-size: .8em; line-height: 1.35; color: #d5e8e1; }
.tools { display: flex; align-items: center; gap: .2em; }
.tool { min-width: 2.5em; min-height: 2.5em; display: grid; place-items: center; border-radius: 8px; color: #fff; }
.tool.words { padding: 0 .6em; font-size: .85em; min-height: 2.3em; border: 1px solid rgb(255 255 255 / .55);
  margin-inline-end: .3em; white-space: nowrap; }
.tool:hover { background: rgb(255 255 255 / .16); }
header :focus-visible { outline-color: #ffd27a; }

.banner { background: var(--gold-tint); color: var(--gold-ink); font-size: .875em; text-align: center; }
.banner:not(:empty) { padding: .45em 1em; border-bottom: 1px solid var(--gold-line); }
.banner.lost { background: var(--alarm-tint); color: var(--alarm-ink); border-color: var(--alarm-line); }

.middle { position: relative; flex: 1; min-height: 0; display: flex; }
.log { flex: 1; min-width: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1em .9em .4em; }
.log:focus-visible { outline-offset: -3px; }
.newer { position: absolute; bottom: .6em; left: 50%; transform: translateX(-50%); display: flex; align-items: center;
  gap: .3em; padding: .35em .9em; border-radius: 2em; font-size: .85em; background: var(--paper); color: var(--link);
  border: 1px solid var(--line); box-shadow: 0 3px 12px rgb(16 40 33 / .16); }
.divider { margin: .6em 0 1.2em; text-align: center; font-size: .8em; color: var(--soft); }

.speaker { display: block; font-size: .85em; color: var(--link); margin-bottom: .2em; }
.said, .reply { display: flex; flex-direction: column; margin-bottom: 1em; }
.said { align-items: flex-end; }
.reply { align-items: flex-start; }
.bubble { max-width: min(88%, 46em); padding: .65em .9em; border-radius: 14px; overflow-wrap: anywhere; }
.said .bubble { background: var(--brand); color: #fff; border-bottom-right-radius: 4px; }
.said[data-state="failed"] .bubble, .said[data-state="waiting"] .bubble { background: var(--waiting); }
.reply .bubble { position: relative; background: var(--paper); border: 1px solid var(--line); border-top-left-radius: 4px;
  max-width: min(94%, 46em); }
.words { white-space: pre-wrap; }
.words a { color: var(--link); }
.said .words a { color: inherit; }
.delivery { display: flex; gap: .6em; align-items: center; font-size: .8em; color: var(--soft); }
.said[data-state="failed"] .delivery, .said[data-state="waiting"] .delivery { color: var(--alarm-ink); padding-top: .25em; }
.retry { min-height: 2.2em; padding: 0 .8em; border: 1px solid currentColor; border-radius: 6px; }

.focus { display: inline-flex; flex-wrap: wrap; align-items: baseline; gap: .45em; margin-bottom: .45em; padding: .1em .6em;
  border-radius: 6px; background: var(--tint); color: var(--link-deep); font-size: .85em; }
.focus span { color: var(--soft); }
.focus .about { display: inline-flex; gap: .45em; }
.correction { min-height: 1.9em; padding: 0 .7em; border: 1px solid currentColor; border-radius: 999px; color: var(--link-deep);
  background: var(--paper); font-size: .95em; }
.focus b { font-weight: 600; }
.urgent { border: 2px solid var(--alarm) !important; background: var(--alarm-tint) !important; }
.alarm { display: inline-block; margin-bottom: .35em; padding: .05em .7em; border-radius: 6px; background: var(--alarm);
  color: #fff; font-size: .85em; }
.urgent .lead { font-size: 1.08em; color: var(--alarm-ink); }
.urgent a { color: var(--alarm-ink); font-weight: 700; text-underline-offset: .2em; white-space: nowrap; }

.table { position: relative; margin: .6em 0 .2em; max-width: 100%; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
.hint { display: none; margin: .25em 0 0; font-size: .8em; color: var(--soft); text-align: end; }
.wide .hint { display: block; }
.more::after { content: ""; position: absolute; inset: 1px 1px 1px auto; width: 1.6em; border-radius: 0 8px 8px 0;
  background: linear-gradient(90deg, transparent, rgb(16 40 33 / .2)); pointer-events: none; }
.more:has(.hint)::after { bottom: 1.9em; }
table { border-collapse: separate; border-spacing: 0; width: max-content; min-width: 100%; font-size: .92em; line-height: 1.5; }
caption { caption-side: top; padding: .5em .8em; text-align: start; font-weight: 600; color: var(--link-deep);
  background: var(--ground); border-bottom: 1px solid var(--line); }
th, td { padding: .5em .8em; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line);
  max-width: 15em; overflow-wrap: break-word; }
td { min-width: 4em; }
.narrow table { width: 100%; }
.narrow td { max-width: none; }
.narrow tbody th { min-width: 7.5em; }
thead th { background: var(--tint); color: var(--link-deep); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; max-width: 9em; background: var(--paper); position: sticky; left: 0; border-right: 1px solid var(--line); }
thead th:first-child { position: sticky; left: 0; z-index: 1; border-right: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }

.notice { margin: .6em 0 .1em; padding: .45em .7em; border-inline-start: 3px solid #d9a441; border-radius: 4px;
  background: var(--gold-tint); color: var(--gold-ink); font-size: .875em; line-height: 1.5; }
.notice b { color: var(--gold); }
.offer { margin: .5em 0 0; padding: .6em .9em; max-width: 100%; border: 1px dashed var(--line); border-radius: 10px;
  background: var(--paper); font-size: .93em; }
.offer .label { padding: .05em .5em; border: 1px solid var(--soft); border-radius: 4px; color: var(--soft);
  font-size: .8em; font-weight: 600; }
.offer p { margin: .35em 0; }
.offer small { display: block; color: var(--soft); }
.offer .choices { margin: .5em 0 0; }
.sources { margin-top: .55em; font-size: .875em; color: var(--soft); }
.sources summary { cursor: pointer; width: fit-content; padding: .2em .2em; color: var(--link); border-radius: 4px; }
.sources ul { margin: .25em 0 0; padding-inline-start: 1.3em; }
.sources li { margin: .2em 0; }
.sources cite { font-style: normal; color: var(--ink); }
.sources small { display: block; font-size: .95em; }

.foot { display: flex; align-items: flex-start; gap: .7em; padding: .2em .3em 0; font-size: .8em; color: var(--soft); max-width: 100%; }
.foot time { padding-top: .45em; }
.thumbs { display: flex; flex-wrap: wrap; align-items: center; gap: .25em; }
.thumb { width: 2.4em; height: 2.4em; display: grid; place-items: center; border-radius: 50%; color: var(--soft); }
.thumb:hover { background: var(--line); }
.thumb[aria-pressed="true"] { color: var(--link); background: var(--tint); }
.thumb[aria-pressed="true"] .icon { fill: currentColor; fill-opacity: .25; }
.reasons { flex-basis: 100%; display: flex; flex-wrap: wrap; align-items: center; gap: .4em; padding: .3em 0; }

.choices { display: flex; flex-wrap: wrap; gap: .5em; margin: 0 0 1.1em; }
.choice { min-height: 2.6em; padding: .3em 1em; border: 1px solid var(--chip); border-radius: 1.4em; background: var(--paper);
  color: var(--link-deep); text-align: start; line-height: 1.35; }
.choice:hover { background: var(--tint); border-color: var(--brand); }
.choice.small { min-height: 2.3em; padding: .1em .8em; }

.typing { min-height: 1.7em; padding: 0 1.2em; font-size: .85em; color: var(--soft); display: flex; align-items: center; gap: .3em; }
.typing i { width: .4em; height: .4em; border-radius: 50%; background: currentColor; animation: beat 1.2s infinite; }
.typing i:nth-of-type(2) { animation-delay: .15s; }
.typing i:nth-of-type(3) { animation-delay: .3s; }
@keyframes beat { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }

.composer { position: relative; display: flex; align-items: flex-end; gap: .5em; margin: 0 .8em; padding: .35em .35em .35em .9em;
  background: var(--paper); border: 1px solid var(--field); border-radius: 14px; }
.composer:focus-within { border-color: var(--brand); box-shadow: 0 0 0 2px rgb(14 90 74 / .25); }
textarea { flex: 1; min-width: 0; resize: none; border: 0; outline: 0 !important; background: none; padding: .4em 0;
  font-size: max(16px, 1em); line-height: 1.5; max-height: 140px; }
textarea::placeholder { color: var(--hint); opacity: 1; }
.count { position: absolute; right: 4.2em; bottom: -1.9em; font-size: .75em; color: var(--soft); }
.count.over { color: var(--alarm-ink); font-weight: 600; }
.send { flex: none; width: 2.6em; height: 2.6em; display: grid; place-items: center; border-radius: 10px; background: var(--brand);
  color: #fff; }
.send:hover { background: var(--brand-deep); }
.send:disabled { background: var(--off); cursor: not-allowed; }
.small-print { margin: 0; padding: .4em 1.2em max(.55em, env(safe-area-inset-bottom)); font-size: .72em; line-height: 1.4;
  color: var(--soft); text-align: center; text-wrap: balance; }

.small-print p { margin: 0; }
.plain { min-height: 24px; padding: 0 .6em; color: var(--link-deep); text-decoration: underline; }
.survey { margin: 0 .8em .6em; padding: .8em 1em; background: var(--paper); border: 1px solid var(--field); border-radius: 12px;
  overflow-y: auto; }
.survey fieldset { margin: 0 0 .5em; padding: 0; border: 0; }
.survey legend { font-weight: 600; }
.survey .score { display: inline-flex; align-items: center; gap: .3em; min-height: 2.2em; margin-inline-end: 1em; }
.survey textarea { width: 100%; padding: .4em .6em; border: 1px solid var(--field); border-radius: 8px; }
.survey textarea:focus-visible { outline: 3px solid #d08a00 !important; }
.survey .choices { margin: .6em 0 0; }
.invite { position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right)); display: flex; gap: .3em;
  bottom: calc(max(20px, env(safe-area-inset-bottom)) + 4.2em); max-width: min(20em, calc(100vw - 40px)); padding: .4em .4em .4em .9em;
  border: 1px solid var(--line); border-radius: 12px; background: var(--paper); box-shadow: 0 6px 24px rgb(16 40 33 / .2); }
.invite .words { text-align: start; }
.invite .tool { color: var(--ink); }
.invite .tool:hover { background: var(--tint); }

@media (max-width: 480px) {
  :host(:not([mode="inline"])) .panel { inset: 0; width: auto; height: var(--visible, 100dvh); border-radius: 0;
    padding-top: env(safe-area-inset-top); background: var(--brand); }
  :host(:not([mode="inline"])) .panel > :not(header) { background-color: var(--ground); }
  :host(:not([mode="inline"])) .composer { margin: 0; border-radius: 0; border-inline: 0; background-color: var(--paper) !important; }
  :host([large]) .title p { display: none; }
  .bubble, .reply .bubble { max-width: 100%; }
  .said .bubble { max-width: 88%; }
  th, td { max-width: 9em; }
}
@media (prefers-reduced-motion: reduce) {
  .typing i { animation: none; opacity: .7; }
}
@media (forced-colors: active) { .bubble, .choice, .composer, .launcher { border: 1px solid; } }
`;

export const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
