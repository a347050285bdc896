// SPDX-License-Identifier: GPL-3.0-or-later

// A Flamenco job type (https://flamenco.blender.org/usage/job-types/): one task for each shot, then a summary.
// Put it into the folder `scripts` beside flamenco-manager; it then is the job type "Inkbetween Fill".
// Every worker's Blender, 4.3 or newer, needs Inkbetween installed and enabled.

const JOB_TYPE = {
    label: "Inkbetween Fill",
    description: "Draw the in-betweens of Grease Pencil keys, shot by shot. What is finished is not done again",
    settings: [
        { key: "shots", type: "string", default: "", visible: "submission",
          description: "Paths of .blend files, separated by semicolons. Empty means the file that is open" },
        { key: "output_dir", type: "string", subtype: "dir_path", required: true,
          eval: "bpy.path.abspath('//filled')",
          description: "Folder of the filled copies and the results" },
        { key: "root_dir", type: "string", subtype: "dir_path", default: "", visible: "submission",
          description: "Shots keep their path below this folder. Empty means that file names alone tell them apart" },
        { key: "layers", type: "string", default: "", visible: "submission",
          description: "Only these layers, as Ink*,Colour. Empty means all" },
        { key: "frames", type: "string", default: "", visible: "submission",
          description: "Only gaps with a frame in this range, as 12-48. Empty means all" },
        { key: "step", type: "int32", default: 0, propargs: {min: 0, max: 100}, visible: "submission",
          description: "Draw every so many frames. 0 means as each scene has it" },
        { key: "engine", type: "string", default: "LEARNED", visible: "submission",
          choices: ["LEARNED", "CORRESPONDENCE", "MOTION", "CLASSICAL"],
          description: "Who finds what becomes what, and the way between" },
        { key: "contact_sheets", type: "bool", default: false, visible: "submission",
          description: "Put a picture of each shot beside it" },

        { key: "blendfile", type: "string", required: true, visible: "web",
          description: "Path of the file that the job was submitted from" },
    ]
};

function compileJob(job) {
    const settings = job.settings;
    const shots = shotsOf(settings);
    if (!settings.output_dir) {
        throw "Inkbetween: choose an output folder for the filled copies";
    }

    const fillTasks = [];
    const known = new Set();
    for (const shot of shots) {
        const task = author.Task(taskName(shot, known), "blender");
        task.addCommand(inkbetween(fillArguments(shot, settings)));
        job.addTask(task);
        fillTasks.push(task);
    }

    const summary = author.Task("summary", "blender");
    summary.addCommand(inkbetween(["summary", settings.output_dir].concat(shots, rootArgument(settings))));
    for (const task of fillTasks) {
        summary.addDependency(task);
    }
    job.addTask(summary);
}

// The job's shots, each once, in the order given.
function shotsOf(settings) {
    const named = `${settings.shots || ""}`.split(/[;\n]/).map((shot) => shot.trim()).filter((shot) => shot);
    return Array.from(new Set(named.length ? named : [settings.blendfile]));
}

// Tasks are told apart by the shot's name, and by its number where names repeat.
function taskName(shot, known) {
    const name = `fill-${path.stem(shot)}`;
    const unique = known.has(name) ? `${name}-${known.size + 1}` : name;
    known.add(unique);
    return unique;
}

function inkbetween(args) {
    return author.Command("exec", {
        exe: "{blender}",
        args: ["--background", "--command", "inkbetween"].concat(args),
    });
}

function fillArguments(shot, settings) {
    const args = ["fill", shot, "--output", settings.output_dir].concat(rootArgument(settings));
    for (const name of ["layers", "frames", "step", "engine"]) {
        if (settings[name]) {
            args.push(`--${name}=${settings[name]}`);
        }
    }
    if (settings.contact_sheets) {
        args.push("--render=contact-sheet");
    }
    return args;
}

function rootArgument(settings) {
    return settings.root_dir ? ["--root", settings.root_dir] : [];
}
