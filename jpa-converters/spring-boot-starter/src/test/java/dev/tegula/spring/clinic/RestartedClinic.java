package dev.tegula.spring.clinic;

import dev.tegula.Tegula;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
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
        List<WeakReference<ClassLoader>> loaders =
                (List<WeakReference<ClassLoader>>) notes.computeIfAbsent("loaders", key -> new ArrayList<>());
        loaders.add(new WeakReference<>(RestartedClinic.class.getClassLoader()));
        int start = loaders.size();
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
                        .map(Thread::getName)
                        .sorted()
                        .toList());
        if (start < STARTS) {
            new Thread(() -> Restarter.getInstance().restart(), "restart " + start).start();
            return;
        }
        try {
            List<byte[]> all = new ArrayList<>();
            while (true) {
                all.add(new byte[1 << 20]); // until soft references are cleared
            }
        } catch (OutOfMemoryError e) {
            System.gc();
        }
        for (int i = 0; i < 200 && loaders.get(0).get() != null; i++) {
            System.gc();
            Thread.sleep(50);
        }
        System.out.println("first class loader " + (loaders.get(0).get() == null ? "gone" : "held"));
        application.close();
        System.exit(0);
    }
}
