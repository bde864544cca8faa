package dev.tegula.spring.clinic;

import dev.tegula.Tegula;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.ConfigurableApplicationContext;

/** The clinic, restarted twice by devtools; it tells what an earlier start has left. What it notes are types of the JDK. */
public final class RestartedClinic {

    private static final int STARTS = 3;

    private RestartedClinic() {}

    /** Starts, works, looks at what was before, and starts again. */
    @SuppressWarnings("unchecked")
    public static void main(String[] arguments) throws Exception {
        ConfigurableApplicationContext application = new SpringApplicationBuilder(Clinic.class)
                .web(WebApplicationType.NONE)
                .run(arguments);
        Properties notes = System.getProperties();
        int start = (Integer) notes.merge("starts", 1, (before, one) -> (Integer) before + 1);
        Callable<String> earlier = (Callable<String>) notes.get("engine");
        System.out.println("start " + start + " in "
                + RestartedClinic.class.getClassLoader().getClass().getSimpleName() + ": read "
                + Clinic.saved(application) + ", engine before " + (earlier == null ? "none" : earlier.call()));
        Tegula tegula = application.getBean(Tegula.class);
        notes.put("engine", (Callable<String>) () -> {
            try {
                tegula.field("patient.ssn", String.class).toColumn("x");
                return "open";
            } catch (IllegalStateException e) {
                return "closed";
            }
        });
        System.out.println("threads of engines: "
                + Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("tegula"))
                        .filter(thread -> !thread.getName().contains(":connection-"))
                        .map(Thread::getName)
                        .sorted()
                        .toList());
        if (start < STARTS) {
            new Thread(() -> Restarter.getInstance().restart(), "restart " + start).start();
            return;
        }
        application.close();
        System.exit(0);
    }
}
