// Every word that the console says by itself; what the server refuses, it says in its own words.

export const T = {
  brand: "知识编辑台",
  signIn: "登录",
  name: "用户名",
  password: "密码",
  signOut: "退出",
  failed: "没有成功，请稍后再试",
  offline: "连不上服务，请检查网络后再试",
  loading: "正在读取……",
  nav: { drafts: "草稿", log: "版本", graph: "知识", golden: "黄金问答", gaps: "答不上的问题", journal: "日志" },
  state: { editing: "修改中", waiting: "待审批", published: "已发布", dropped: "已放弃" },
  severity: { error: "错误", warning: "警告", notice: "提示" },
  shift: { changed: "答案改变", newly: "现在能答", lost: "不再能答" },
  act: {
    drafted: "起草", edited: "改正", commented: "留言", submitted: "提交审批", returned: "退回修改",
    rebased: "搬到新版本上", dropped: "放弃草稿", published: "发布", rolled_back: "回退",
    golden_added: "加入黄金问答", golden_removed: "移出黄金问答", user_added: "添加用户", user_changed: "修改用户",
    user_locked: "用户锁定", key_made: "生成密钥", key_revoked: "作废密钥", signed_in: "登录", sign_in_failed: "登录失败",
  },
  drafts: {
    title: "草稿", empty: "没有正在修改或待审批的草稿。上传一个文件，或粘贴几行三元组开始。",
    upload: "选择文件", drop: "或把 .csv / .xlsx 文件拖到这里（最大 50 MB）", paste: "粘贴三元组",
    pasteHint: "第一行写列名，例如：\nsubject,predicate,object,source\n稳盈1号,起购金额,5万元,稳盈1号产品说明书（2026年版）",
    pasteName: "粘贴.csv", pasteGo: "检查粘贴的内容", replace: "文件里已经没有的行，从图谱里删除",
    message: "改动说明", messageHint: "例如：稳盈1号调整起购金额",
    by: "起草人", made: "时间", facts: "改动", problems: "检查", settled: "已发布的", open: "未发布的",
    checking: "正在上传并检查……",
  },
  draft: {
    checks: "检查结果", clean: "没有错误，可以提交。", fix: "在红色的格子里改正，然后重新检查。", recheck: "保存并重新检查",
    broken: "这一行读不成单元格，请整行改写", removeRow: "删去这一行", addRow: "添加一行", more: "还有更多，没有列出",
    workbook: "这是工作簿。转成 CSV 后可以在这里改正。", convert: "转成 CSV",
    answers: "会改变的答案", weigh: "比较答案", weighing: "正在用草稿回答黄金问答……",
    notWeighed: "还没有比较。提交前会自动比较。", noAnswers: "黄金问答的答案都不变。", old: "现在", new: "发布后",
    asked: (n) => `近 90 天问过 ${n} 次`, weighed: (q, c, t) => `黄金问答 ${q} 题，${c} 题答案改变；近 90 天有 ${t} 轮对话用到被改动的事实。`,
    facts: "事实的改动", added: "新增", removed: "删除", changed: "修改", ended: "到期", none: "没有改动。",
    created: "新实体", renamed: "改名", withdrawn: "下架或不再出现", predicates: "谓语声明",
    tryIt: "试问", tryHint: "用草稿回答一个问题，例如：稳盈1号的起购金额是多少", ask: "试问", addGolden: "加入黄金问答",
    story: "经过", comment: "留言", say: "写一句话给同事", send: "发送",
    submit: "提交审批", submitAsk: "改动说明（必填）", publish: "批准并发布", publishing: "正在发布……", sendBack: "退回修改",
    reason: "退回的理由", drop: "放弃草稿", dropAsk: "放弃这份草稿？它的内容还能查看。", rebase: "搬到最新版本",
    stale: (b, h) => `草稿基于第 ${b} 版，现在已是第 ${h} 版。先搬到最新版本，看过差异再发布。`,
    urgent: "紧急发布", urgentAsk: "写明紧急的理由；会记入版本和日志", publishAsk: "批准这份草稿并发布？几秒后客户得到新的答案。",
    published: (n) => `已发布第 ${n} 版，客户几秒后得到新的答案。`,
    seen: "我看过检查结果、答案和事实的改动",
  },
  log: {
    title: "版本", author: "起草", approver: "批准", rollback: "回到这一版", rollbackAsk: (n) => `回到第 ${n} 版的内容？写明理由。`,
    rolled: (n) => `已回退，现在是第 ${n} 版。`, show: "看改动", urgent: "紧急发布", restores: (n) => `内容同第 ${n} 版`,
    head: "当前版本", facts: (n) => `${n} 条事实`, empty: "还没有发布过。",
  },
  graph: {
    title: "知识", search: "搜索产品、法规、术语……", none: "没有找到。", facts: "事实", inherited: "继承自上位类",
    pointing: "指向它的", history: "来历", edit: "改这条", value: "新的值", neighbours: "邻近的实体",
    drafted: "已存为草稿", revisions: (a, b) => (b ? `第 ${a} 版到第 ${b - 1} 版` : `第 ${a} 版至今`),
  },
  golden: { title: "黄金问答", hint: "每份草稿发布前都会用这些问题比较新旧答案。", add: "添加", question: "问题", note: "备注", remove: "移出" },
  gaps: {
    title: "答不上的问题", hint: "近 90 天客户问了而没有得到答案的，按问的事情归类。", times: (n) => `${n} 段对话`, missing: (kind) => `缺${kind}`, draft: "起草答案",
    disliked: "客户点了“没帮助”的回复", facts: "用到的事实", none: "没有。",
  },
  journal: { title: "日志", none: "没有记录。" },
  columns: {
    subject: "主语", predicate: "谓语", object: "宾语", qualifiers: "限定", period: "有效期", source: "来源", place: "文件与行", editor: "改动人", approver: "批准人",
  },
};

// What a header may call a column, in the words of the reader (kg/reader/rows.py).
export const COLUMN_NAMES = {
  主语: "subject", 头实体: "subject", 实体: "subject", 谓语: "predicate", 关系: "predicate", 属性: "predicate",
  宾语: "object", 尾实体: "object", 值: "object", 属性值: "object", 主语编号: "subject_id", 主语类型: "subject_type",
  宾语编号: "object_id", 宾语类型: "object_type", 单位: "unit", 限定: "qualifiers", 生效日: "valid_from",
  生效日期: "valid_from", 失效日: "valid_to", 失效日期: "valid_to", 来源: "source", 条款: "article", 备注: "note",
};
