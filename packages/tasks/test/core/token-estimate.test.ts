import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../src/core/token-estimate.ts';

const texts = {
  English:
    'The parser reads files of version 2, and those of version 1 as before; what it cannot read it names and leaves alone.',
  commands: 'perdure task verify parser-2 --criterion 1 --paths samples src -- node scripts/read-samples.js --max=400',
  paths: '/home/ada/src/packages/tasks/src/core/render-brief.ts:142 and C:\\Users\\ada\\AppData\\Local\\Temp\\x.log',
  code: 'const rooms = new Map(sections.map((one) => [one, Math.min(fullSize(one), part(one.share) - around(one))]));',
  digests: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, 0cc175b9-c0f1-b6a8-31c3-99e269772661',
  times: '2026-01-02T03:04:05.678Z, 1298765432109876543, +49 30 901820, 3.14159265358979',
  German: 'Die Prüfung läuft über sämtliche Straßenverkehrsgenehmigungen; äußerst mühselig, größtenteils überflüssig.',
  French: 'L’élève a été très déçu : « où est passée la forêt ? », demanda-t-il à sa grand-mère, étonnée.',
  Russian: 'Разбор файлов второй версии закончен, осталось написать выгрузку и проверить её на старых образцах.',
  Greek: 'Η ανάλυση των αρχείων ολοκληρώθηκε και απομένει η εκτύπωση.',
  Chinese: '第二版文件的解析已经完成，还需要编写打印模块，并用旧样本进行验证。请不要改动公共接口，也不要引入新的依赖。',
  traditional: '第二版檔案的解析已經完成，還需要撰寫列印模組，並以舊樣本進行驗證。請勿更動公開介面。',
  Japanese:
    '第2版のファイルの解析は完了しました。次は出力部分を書き、古いサンプルで検証します。公開APIは変更しないでください。',
  Korean:
    '두 번째 버전의 파일 구문 분석이 끝났습니다. 이제 출력 부분을 작성하고 예전 표본으로 검증해야 합니다. 공개 인터페이스는 바꾸지 마세요.',
  Thai: 'การแยกวิเคราะห์ไฟล์รุ่นที่สองเสร็จแล้ว ต่อไปต้องเขียนส่วนพิมพ์',
  Arabic: 'انتهى تحليل ملفات الإصدار الثاني، وبقي كتابة الطباعة والتحقق منها.',
  Hindi: 'दूसरे संस्करण की फ़ाइलों का विश्लेषण पूरा हुआ, अब मुद्रण लिखना है।',
  pictures: '✅ 🚀🎉 👩‍💻 🏳️‍🌈 →→ … ——',
};

describe('the estimate of tokens', () => {
  it.each(Object.entries(texts))('holds for %s, by two tokenizers', (_, text) => {
    const estimate = estimateTokens(text);
    const real = Math.max(countCl100k(text), countO200k(text));
    expect(estimate).toBeGreaterThanOrEqual(real);
    expect(estimate, 'not so many that nothing would fit').toBeLessThanOrEqual(Math.min(text.length * 3, real * 2.5));
  });

  it('of nothing is nothing', () => {
    expect(estimateTokens('')).toBe(0);
  });
});
