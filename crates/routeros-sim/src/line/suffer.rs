//! What a line does with a sentence that meets a trouble.

use std::time::Duration;

use routeros_proto::Sentence;

use crate::{
    line::{Line, Next, hang_up},
    manner::Manner,
    power,
    refused::Refused,
    router::menu_at,
    sentences::Outgoing,
    trouble::What,
    writer::{Fault, Load},
};

impl Line {
    pub(super) fn suffer(&mut self, what: What, sentence: &Sentence, out: Outgoing) -> Next {
        match what {
            What::Swallow => Next::Listen,
            What::CutBefore => self.cut(),
            What::CutAfter => {
                let next = self.cut();
                self.answer(sentence, &out);
                next
            }
            What::CutAt { bytes } => self.answer_into(Fault::cut(bytes), sentence, &out),
            What::Stall { bytes, millis } => {
                self.answer_into(Fault::stall(bytes, Duration::from_millis(millis)), sentence, &out)
            }
            What::Garble { bytes, with } => self.answer_into(Fault::garble(bytes, with), sentence, &out),
            What::Trickle { by, millis } => {
                let pause = Duration::from_millis(millis);
                self.answer(sentence, &out.in_a_manner(Manner::Trickle(by, pause)))
            }
            What::Twice => self.answer(sentence, &out.in_a_manner(Manner::Twice)),
            What::Rows { keep, then } => self.answer(sentence, &out.in_a_manner(Manner::rows(keep, then))),
            What::ForeignTag { tag } => {
                let tag = tag.map(String::into_bytes).or_else(|| self.last_tag.clone());
                self.answer(sentence, &Outgoing::new(self.mouth.clone(), tag))
            }
            What::Trap { category, message } => refuse(&out, &Refused { category, message }),
            What::DiskFull => refuse(&out, &Refused::disk_full()),
            What::Instead { sentences } => {
                for words in &sentences {
                    out.words(words);
                }
                Next::Listen
            }
            What::Raw { bytes } => {
                self.mouth.send(Load::Raw(bytes));
                Next::Listen
            }
            What::Fatal { message } => hang_up(&out, &message),
            // It was waited for already.
            What::Slow { .. } => self.answer(sentence, &out),
            What::Refuse | What::Restore { .. } | What::Meanwhile(_) => {
                self.happen(&what);
                self.answer(sentence, &out)
            }
            What::Reboot { down_millis, ids } => {
                power::reboot(&mut self.core.router(), Duration::from_millis(down_millis), ids);
                Next::Cut
            }
        }
    }

    /// What happens on the router just before it takes the sentence. What it refuses does not happen.
    fn happen(&self, what: &What) {
        let router = &mut self.core.router();
        let _refused = match what {
            What::Restore { menu } => match menu.as_deref().map(menu_at).transpose() {
                Ok(only) => router.restore(only),
                Err(unknown) => Err(unknown),
            },
            What::Meanwhile(hand) => hand.work(router),
            What::Refuse => {
                router.troubles.refusing = true;
                router.look_at_port();
                Ok(())
            }
            _ => Ok(()),
        };
    }

    /// Closes the line behind everything that was said so far.
    fn cut(&self) -> Next {
        self.mouth.send(Load::Fault(Fault::cut(0)));
        Next::HangUp
    }

    /// What comes behind on the line may still be carried out: the fault lies in the way of the answers only.
    fn answer_into(&mut self, fault: Fault, sentence: &Sentence, out: &Outgoing) -> Next {
        self.mouth.send(Load::Fault(fault));
        self.answer(sentence, out)
    }
}

fn refuse(out: &Outgoing, refused: &Refused) -> Next {
    out.refuse(refused);
    Next::Listen
}
