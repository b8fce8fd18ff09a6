/* SPDX-License-Identifier: Apache-2.0
 *
 * The Japanese of messages: rows of japanese_*.def, found by the English text, which is the format
 * that the code gives to base/diag.h. How to add one is told in compiler/README.md;
 * tests/meta/messages.py holds rows and code together.
 *
 * Style: plain form (である) or ending in a noun, no period at the end, half-width digits, letters,
 * colons and parentheses, 「、」 between clauses, words of the policy language, ids and names of
 * AWS as they are. A blank stands between Japanese and Latin letters, digits or backticks. What
 * happened first, then, in the help, what to do: 「…する」「…と書く」.
 *
 *   finding            検出結果           witness              実例
 *   suppression        抑制ルール         suppress             抑制する
 *   statement          文                 condition            条件
 *   policy             ポリシー           rule (lint, AWS)     ルール
 *   tier               ティア             severity             重大度
 *   field              フィールド         property             プロパティ
 *   value, set         値、集合           literal text         文字列
 *   scope, protect     スコープ、保護     end, until           期限
 *   expired            期限切れ           reason               理由
 *   notification       通知               channel              チャネル
 *   assignment         割り当て           reopen               再オープン
 *   mechanism          仕組み             artefact             生成物
 *   event rule         イベントルール     event pattern        イベントパターン
 *   automation rule    オートメーションルール (Security Hub)
 *   insight            インサイト         custom action        カスタムアクション
 *   filter             フィルター         lifecycle policy     ライフサイクルポリシー
 *   state machine      ステートマシン     schedule             スケジュール
 *   quota, limit       クォータ、上限     Region, account      リージョン、アカウント
 *   vulnerability id   脆弱性 ID          exploit              エクスプロイト
 *   allowance          許可               baseline             ベースライン
 *   environment        環境               policy test          ポリシーテスト
 *   narrowness         絞り込み           coverage             カバレッジ */
#ifndef BASE_JAPANESE_H
#define BASE_JAPANESE_H

#include "base/arena.h"

struct japanese;

/* An index of all rows: made once in a run that speaks Japanese, and in no other. */
struct japanese *japanese_new(struct arena *arena);
/* The row's Japanese, or the text itself where there is none. */
const char *japanese_of(const struct japanese *japanese, const char *english)
	__attribute__((format_arg(2)));

#endif
