package io.keeptrusts.gateway.policy.kind.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How well languages are told, on sentences that were written for this test and tuned nothing. */
class LanguageQualityTest {
  private static final String SENTENCES =
      """
      en The meeting has been moved to Thursday because two of our customers cannot come earlier.
      en Why does my bread never rise when I bake it in the old oven?
      de Die Besprechung wurde auf Donnerstag verschoben, da zwei unserer Kunden nicht früher kommen können.
      de Warum geht mein Brot nie auf, wenn ich es im alten Ofen backe?
      fr La réunion a été reportée à jeudi parce que deux de nos clients ne peuvent pas venir plus tôt.
      fr Pourquoi mon pain ne lève-t-il jamais quand je le cuis dans le vieux four ?
      es La reunión se ha aplazado al jueves porque dos de nuestros clientes no pueden venir antes.
      es ¿Por qué mi pan nunca sube cuando lo horneo en el horno viejo?
      pt A reunião foi adiada para quinta-feira porque dois dos nossos clientes não podem vir mais cedo.
      pt Por que o meu pão nunca cresce quando o asso no forno velho?
      it La riunione è stata spostata a giovedì perché due dei nostri clienti non possono venire prima.
      it Perché il mio pane non lievita mai quando lo cuocio nel vecchio forno?
      nl De vergadering is verplaatst naar donderdag omdat twee van onze klanten niet eerder kunnen komen.
      nl Waarom rijst mijn brood nooit als ik het in de oude oven bak?
      sv Mötet har flyttats till torsdag eftersom två av våra kunder inte kan komma tidigare.
      sv Varför jäser mitt bröd aldrig när jag bakar det i den gamla ugnen?
      da Mødet er flyttet til torsdag, fordi to af vores kunder ikke kan komme tidligere.
      da Hvorfor hæver mit brød aldrig, når jeg bager det i den gamle ovn?
      no Møtet er flyttet til torsdag fordi to av kundene våre ikke kan komme tidligere.
      no Hvorfor hever brødet mitt aldri når jeg baker det i den gamle ovnen?
      fi Kokous on siirretty torstaille, koska kaksi asiakkaistamme ei pääse tulemaan aikaisemmin.
      fi Miksi leipäni ei koskaan kohoa, kun paistan sen vanhassa uunissa?
      et Koosolek lükati neljapäevale, sest kaks meie klienti ei saa varem tulla.
      et Miks mu leib kunagi ei kerki, kui ma seda vanas ahjus küpsetan?
      pl Spotkanie zostało przeniesione na czwartek, ponieważ dwóch naszych klientów nie może przyjść wcześniej.
      pl Dlaczego mój chleb nigdy nie rośnie, kiedy piekę go w starym piecu?
      cs Schůzka byla přesunuta na čtvrtek, protože dva naši zákazníci nemohou přijít dříve.
      cs Proč můj chléb nikdy nevykyne, když ho peču ve staré troubě?
      sk Stretnutie bolo presunuté na štvrtok, pretože dvaja naši zákazníci nemôžu prísť skôr.
      sk Prečo môj chlieb nikdy nevykysne, keď ho pečiem v starej rúre?
      hu Az értekezletet csütörtökre halasztották, mert két ügyfelünk nem tud korábban jönni.
      hu Miért nem kel meg soha a kenyerem, amikor a régi sütőben sütöm?
      ro Întâlnirea a fost mutată joi pentru că doi dintre clienții noștri nu pot veni mai devreme.
      ro De ce nu crește niciodată pâinea mea când o coc în cuptorul vechi?
      tr Toplantı perşembeye alındı, çünkü iki müşterimiz daha erken gelemiyor.
      tr Eski fırında pişirdiğimde ekmeğim neden hiç kabarmıyor?
      id Rapat dipindahkan ke hari Kamis karena dua pelanggan kami tidak bisa datang lebih awal.
      id Mengapa roti saya tidak pernah mengembang ketika saya memanggangnya di oven lama?
      vi Cuộc họp đã được dời sang thứ năm vì hai khách hàng của chúng tôi không thể đến sớm hơn.
      vi Tại sao bánh mì của tôi không bao giờ nở khi tôi nướng trong lò cũ?
      ca La reunió s'ha ajornat a dijous perquè dos dels nostres clients no poden venir abans.
      ca Per què el meu pa no puja mai quan el coc al forn vell?
      hr Sastanak je premješten na četvrtak jer dvoje naših kupaca ne može doći ranije.
      hr Zašto moj kruh nikada ne naraste kad ga pečem u staroj pećnici?
      lt Susitikimas perkeltas į ketvirtadienį, nes du mūsų klientai negali atvykti anksčiau.
      lv Sanāksme pārcelta uz ceturtdienu, jo divi mūsu klienti nevar ierasties agrāk.
      sw Mkutano umehamishiwa hadi Alhamisi kwa sababu wateja wetu wawili hawawezi kuja mapema.
      ru Встреча перенесена на четверг, потому что двое наших клиентов не могут прийти раньше.
      ru Почему мой хлеб никогда не поднимается, когда я пеку его в старой печи?
      uk Зустріч перенесли на четвер, бо двоє наших клієнтів не можуть прийти раніше.
      uk Чому мій хліб ніколи не піднімається, коли я печу його в старій печі?
      bg Срещата беше преместена за четвъртък, защото двама от нашите клиенти не могат да дойдат по-рано.
      bg Защо хлябът ми никога не втасва, когато го пека в старата фурна?
      sr Састанак је померен за четвртак јер двојица наших купаца не могу да дођу раније.
      el Η συνάντηση μεταφέρθηκε στην Πέμπτη, γιατί δύο πελάτες μας δεν μπορούν να έρθουν νωρίτερα.
      he הפגישה נדחתה ליום חמישי כי שניים מהלקוחות שלנו לא יכולים להגיע מוקדם יותר.
      ar تم تأجيل الاجتماع إلى يوم الخميس لأن اثنين من عملائنا لا يستطيعان الحضور قبل ذلك.
      fa جلسه به پنجشنبه موکول شد، زیرا دو نفر از مشتریان ما نمی‌توانند زودتر بیایند.
      ur اجلاس جمعرات تک ملتوی کر دیا گیا ہے کیونکہ ہمارے دو گاہک پہلے نہیں آ سکتے۔
      hi बैठक गुरुवार तक टाल दी गई है क्योंकि हमारे दो ग्राहक पहले नहीं आ सकते।
      bn সভাটি বৃহস্পতিবারে সরানো হয়েছে কারণ আমাদের দুজন গ্রাহক আগে আসতে পারবেন না।
      ta எங்கள் இரண்டு வாடிக்கையாளர்கள் முன்னதாக வர முடியாததால் கூட்டம் வியாழக்கிழமைக்கு மாற்றப்பட்டது.
      th การประชุมถูกเลื่อนไปเป็นวันพฤหัสบดีเพราะลูกค้าสองคนของเรามาเร็วกว่านี้ไม่ได้
      zh 会议改到了星期四，因为我们的两位客户不能提前来。
      ja 二人のお客様がもっと早く来られないため、会議は木曜日に変更されました。
      ko 고객 두 분이 더 일찍 오실 수 없어서 회의가 목요일로 옮겨졌습니다.
      ka შეხვედრა ხუთშაბათს გადაიდო, რადგან ჩვენი ორი კლიენტი უფრო ადრე ვერ მოდის.
      """;

  private record Sentence(String language, String text) {}

  private static List<Sentence> sentences() {
    return SENTENCES
        .lines()
        .map(line -> new Sentence(line.substring(0, 2), line.substring(3)))
        .toList();
  }

  private static Map<String, Double> weigh(String text) {
    return Languages.weigh(Prose.windows(text).getFirst());
  }

  @Test
  void languagesAreTold() {
    List<String> wrong = new ArrayList<>();
    for (Sentence sentence : sentences()) {
      String told =
          weigh(sentence.text()).entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElse("none");
      if (!told.equals(sentence.language())) {
        wrong.add(sentence.language() + " as " + told);
      }
    }

    System.out.printf(
        "languages: %d of %d sentences told%s%n",
        sentences().size() - wrong.size(),
        sentences().size(),
        wrong.isEmpty() ? "" : ", not " + wrong);
    assertThat(wrong).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void aPackThatAllowsALanguageDoesNotBlockIt() {
    List<String> blocked = new ArrayList<>();
    for (Sentence sentence : sentences()) {
      double others =
          weigh(sentence.text()).entrySet().stream()
              .filter(each -> !each.getKey().equals(sentence.language()))
              .mapToDouble(Map.Entry::getValue)
              .sum();
      if (others >= 0.5) {
        blocked.add(sentence.language());
      }
    }

    System.out.println("languages: blocked in their own pack: " + blocked);
    assertThat(blocked).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aPackThatAllowsEnglishOnlyBlocksTheOthers() {
    List<String> passed = new ArrayList<>();
    for (Sentence sentence : sentences()) {
      double others =
          weigh(sentence.text()).entrySet().stream()
              .filter(each -> !each.getKey().equals("en"))
              .mapToDouble(Map.Entry::getValue)
              .sum();
      if (others < 0.5 && !sentence.language().equals("en")) {
        passed.add(sentence.language());
      }
    }

    System.out.println("languages: passed as doubtful where only English may: " + passed);
    assertThat(passed).hasSizeLessThanOrEqualTo(5);
  }
}
