package dev.tegula.sample;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The page of the keys, and its table alone, which the page asks for every second. */
@Controller
class KeyPages {

    private final Keys keys;

    KeyPages(Keys keys) {
        this.keys = keys;
    }

    @GetMapping("/keys")
    String page(Model model) {
        model.addAttribute("keys", keys.list());
        return "keys";
    }

    @GetMapping("/keys/table")
    String table(Model model) {
        model.addAttribute("keys", keys.list());
        return "keys :: table";
    }
}
